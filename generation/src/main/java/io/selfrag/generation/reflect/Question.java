package io.selfrag.generation.reflect;

import io.selfrag.generation.chat.ChatMessage;
import io.selfrag.generation.chat.Sampling;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A question, with what was said before it.
 *
 * @param history earlier turns, oldest first, without system messages
 * @param systemPrompt what the caller wishes of the answer; its rules about passages stay in force
 */
public record Question(String text, List<ChatMessage> history, @Nullable String systemPrompt, Sampling sampling,
    Mode mode) {
  /** Whether passages are graded and sentences are checked. */
  public enum Mode {
    /** Passages are used as they were found and the answer is passed on as it is written. */
    OFF,
    /** Everything is checked; greetings and thanks are answered without a search where a language model can. */
    AUTO,
    /** Everything is checked, and there is always a search. */
    ON
  }

  public Question {
    history = List.copyOf(history);
  }

  /** A question without a history and without wishes. */
  public static Question of(String text) {
    return new Question(text, List.of(), null, Sampling.USUAL, Mode.AUTO);
  }
}
