package io.selfrag.query.answer.http;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.chat.ChatPiece;
import io.selfrag.generation.reflect.AnswerEvent;
import io.selfrag.generation.reflect.Citation;
import java.util.ArrayList;
import java.util.List;

/** An answer put together from its events. */
final class WholeAnswer {
  private final StringBuilder text = new StringBuilder();
  private List<Evidence> sources = List.of();
  private List<Citation> citations = List.of();
  private AnswerEvent.Done done = new AnswerEvent.Done(ChatPiece.Usage.NONE, ChatPiece.Finish.STOP, false, List.of(),
      0);

  static WholeAnswer of(List<AnswerEvent> events) {
    var whole = new WholeAnswer();
    new ArrayList<>(events).forEach(whole::add);
    return whole;
  }

  /** Takes the next event. */
  void add(AnswerEvent event) {
    switch (event) {
      case AnswerEvent.Sources it -> sources = it.passages();
      case AnswerEvent.Reflected _ -> {
        // The end has all of them.
      }
      case AnswerEvent.Content it -> text.append(it.text());
      case AnswerEvent.Citations it -> citations = it.citations();
      case AnswerEvent.Done it -> done = it;
    }
  }

  String text() {
    return text.toString();
  }

  List<Evidence> sources() {
    return sources;
  }

  List<Citation> citations() {
    return citations;
  }

  AnswerEvent.Done done() {
    return done;
  }

  String finishReason() {
    return done.finish() == ChatPiece.Finish.LENGTH ? "length" : "stop";
  }
}
