package io.selfrag.generation.reflect;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.support.Support;
import io.selfrag.generation.support.SupportScorer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Lets through of an answer what the passages support, sentence by sentence, each with the passages that support it, whatever the
 * model cited. What they do not support is written again once; if that is no better it is left out and the verdicts say so.
 * One for each answer; its sentences come one after the other.
 */
final class CheckSentences {
  private static final Pattern CITATION = Pattern.compile("\\s*\\[\\d{1,3}(?:\\s*[,，]\\s*\\d{1,3})*]");
  private static final Pattern SENTENCE_END = Pattern.compile("\\s+$");

  private final String question;
  private final List<Evidence> passages;
  private final SupportScorer scorer;
  private final Run run;
  private final List<Citation> citations = new ArrayList<>();
  private final StringBuilder pending = new StringBuilder();
  /** White space between the last sentence that was shown and the next. */
  private String gap = "";

  CheckSentences(String question, List<Evidence> passages, SupportScorer scorer, Run run) {
    this.question = question;
    this.passages = passages;
    this.scorer = scorer;
    this.run = run;
  }

  /** What of a sentence may be shown; blocks for milliseconds. */
  Flux<AnswerEvent> check(String written) {
    var end = SENTENCE_END.matcher(written);
    var space = end.find() ? end.group() : "";
    var sentence = bare(written);
    if (sentence.isEmpty() || sentence.contains(Prompts.NO_ANSWER)) {
      return Flux.empty();
    }
    if (!SupportScorer.isClaim(sentence)) {
      pending.append(sentence).append(space.isEmpty() ? " " : space);
      return Flux.empty();
    }
    var support = scorer.score(sentence);
    if (support.isEnough()) {
      run.reflect("sentence", "supported", FindEvidence.rounded(support.score()), sentence);
      return Flux.just(shown(sentence, space, support));
    }
    run.reflect("sentence", "unsupported", FindEvidence.rounded(support.score()), support.reason() + ": " + sentence);
    return (run.mayRegenerate() ? again(sentence, space) : Mono.<AnswerEvent>empty())
        .switchIfEmpty(Mono.<AnswerEvent>fromRunnable(() -> run.reflect("sentence", "removed", null, sentence))).flux();
  }

  private Mono<AnswerEvent> again(String sentence, String space) {
    return run.aside("sentence", Prompts.rewriteSentence(sentence, question, passages)).handle((answer, sink) -> {
      var rewritten = bare(answer);
      if (rewritten.isEmpty() || rewritten.contains(Prompts.NO_ANSWER) || !SupportScorer.isClaim(rewritten)) {
        return;
      }
      var support = scorer.score(rewritten);
      run.reflect("sentence", support.isEnough() ? "rewritten" : "unsupported again",
          FindEvidence.rounded(support.score()), rewritten);
      if (support.isEnough()) {
        sink.next(shown(rewritten, space, support));
      }
    });
  }

  private AnswerEvent shown(String sentence, String space, Support support) {
    var marks = new StringBuilder();
    support.passages().forEach(it -> marks.append('[').append(it + 1).append(']'));
    citations.add(new Citation(sentence, support.passages().stream().map(it -> passages.get(it).chunkId()).toList(),
        support.places().stream().map(Support.Place::chunkId).toList(), FindEvidence.rounded(support.score())));
    var text = gap + pending + sentence + " " + marks;
    gap = space.isEmpty() ? " " : space;
    pending.setLength(0);
    return new AnswerEvent.Content(text);
  }

  private static String bare(String sentence) {
    return CITATION.matcher(sentence).replaceAll("").replaceAll("\\s+", " ").strip();
  }

  /** Whether anything was let through. */
  boolean anySupported() {
    return !citations.isEmpty();
  }

  List<Citation> citations() {
    return citations;
  }
}
