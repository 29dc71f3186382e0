package io.selfrag.generation.reflect;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.chat.ChatPiece;
import java.util.List;

/** What happens while a question is answered, in this order: sources, reflections, content, citations, done. */
public sealed interface AnswerEvent {
  /** The passages that the answer rests on, as it cites them: the first is [1]. */
  record Sources(List<Evidence> passages) implements AnswerEvent {
    public Sources {
      passages = List.copyOf(passages);
    }
  }

  /** A verdict that was reached before the first word of the answer. */
  record Reflected(Reflection reflection) implements AnswerEvent {}

  /** A piece of the answer: a checked sentence, or what the model wrote where nothing is checked. */
  record Content(String text) implements AnswerEvent {}

  /** The answer's sentences and what supports them. */
  record Citations(List<Citation> citations) implements AnswerEvent {
    public Citations {
      citations = List.copyOf(citations);
    }
  }

  /**
   * The end.
   *
   * @param grounded every sentence that claims something was found to be supported, and there is one
   * @param reflections all verdicts, those of sentences too
   * @param retrieved passages that all searches found together
   */
  record Done(ChatPiece.Usage usage, ChatPiece.Finish finish, boolean grounded, List<Reflection> reflections,
      int retrieved) implements AnswerEvent {
    public Done {
      reflections = List.copyOf(reflections);
    }
  }
}
