package io.selfrag.generation.reflect;

import io.selfrag.generation.chat.ChatModel;
import io.selfrag.generation.chat.ChatPiece;
import io.selfrag.generation.chat.ChatPrompt;
import io.selfrag.generation.text.Sentences;
import io.selfrag.schemas.SelfRagException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** What one answer has come to: its verdicts, what it cost, what is left of its budget. Its steps come one after the other. */
final class Run {
  private static final Logger log = LoggerFactory.getLogger(Run.class);
  private static final int SHOWN = 120;

  final ChatModel model;
  private final Budget budget;
  private final Consumer<Reflection> told;
  private final List<Reflection> reflections = new ArrayList<>();
  private ChatPiece.Usage usage = ChatPiece.Usage.NONE;
  private final long started = System.nanoTime();
  private ChatPiece.Usage aside = ChatPiece.Usage.NONE;
  private int shown;
  private int rounds;
  private int regenerations;
  private int retrieved;

  /** @param told of each verdict as it is reached */
  Run(ChatModel model, Budget budget, Consumer<Reflection> told) {
    this.model = model;
    this.budget = budget;
    this.told = told;
  }

  synchronized void reflect(String step, String verdict, @Nullable Double score, String detail) {
    var reflection = new Reflection(step, verdict, score, shortened(detail));
    reflections.add(reflection);
    told.accept(reflection);
  }

  private static String shortened(String text) {
    var line = text.replaceAll("\\s+", " ").strip();
    return line.codePointCount(0, line.length()) <= SHOWN
        ? line
        : line.substring(0, line.offsetByCodePoints(0, SHOWN)) + "…";
  }

  /** Verdicts since this was asked last. */
  synchronized List<Reflection> untold() {
    var untold = List.copyOf(reflections.subList(shown, reflections.size()));
    shown = reflections.size();
    return untold;
  }

  synchronized void count(ChatPiece.Usage more) {
    usage = usage.plus(more);
  }

  private synchronized void countAside(ChatPiece.Usage more) {
    aside = aside.plus(more);
  }

  synchronized void found(int passages) {
    retrieved += passages;
  }

  synchronized void beginRound() {
    rounds++;
  }

  /** Whether rounds and time are left; that they are not is a verdict. */
  synchronized boolean maySearchAgain() {
    boolean late = System.nanoTime() - started >= budget.time().toNanos();
    if (late && rounds < budget.rounds()) {
      reflect("retrieve", "no time left", null, budget.time().toString());
    }
    return !late && rounds < budget.rounds();
  }

  boolean gradesByModel() {
    return budget.grader() == Budget.Grader.LLM && model.writes();
  }

  private synchronized boolean mayAsk() {
    return aside.totalTokens() < budget.asideTokens();
  }

  synchronized boolean mayRegenerate() {
    return model.writes() && regenerations++ < budget.regenerations();
  }

  synchronized AnswerEvent.Done done(ChatPiece.Finish finish, boolean grounded) {
    return new AnswerEvent.Done(usage, finish, grounded, reflections, retrieved);
  }

  /**
   * Asks the model something beside the answer, in one line; empty if it has nothing to say. A failure is said and costs the aside alone:
   * the answer goes on without.
   */
  Mono<String> aside(String step, ChatPrompt prompt) {
    if (!model.writes()) {
      return Mono.empty();
    }
    if (!mayAsk()) {
      reflect(step, "no tokens left", null, "the model is asked nothing more beside the answer");
      return Mono.empty();
    }
    return model.stream(prompt).collectList().timeout(budget.aside()).map(pieces -> {
      var text = new StringBuilder();
      for (ChatPiece piece : pieces) {
        switch (piece) {
          case ChatPiece.Text it -> text.append(it.text());
          case ChatPiece.End it -> {
            count(it.usage());
            countAside(it.usage());
          }
        }
      }
      return Sentences.of(text.toString()).isEmpty() ? "" : text.toString().strip();
    }).filter(it -> !it.isEmpty()).onErrorResume(failure -> {
      reflect(step, "failed", null, failure instanceof SelfRagException it ? it.detail() : "the model took too long");
      log.atWarn().addKeyValue("step", step).setCause(failure)
          .log("the model failed beside an answer; went on without");
      return Mono.empty();
    });
  }
}
