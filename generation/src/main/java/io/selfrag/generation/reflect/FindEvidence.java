package io.selfrag.generation.reflect;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.support.InstructionScreen;
import io.selfrag.generation.support.Relevance;
import io.selfrag.generation.support.Relevance.Grade;
import io.selfrag.generation.support.Relevance.Graded;
import io.selfrag.generation.text.ContentWords;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Searches, grades what was found, and searches again by another query where nothing is about the question, within the budget. */
final class FindEvidence {
  private static final int LONGEST_QUERY = 500;

  private final Relevance relevance;

  FindEvidence(Relevance relevance) {
    this.relevance = relevance;
  }

  /**
   * @param standalone the question as it can be understood alone
   * @param passages what is worth using, best first; without what speaks to the model
   */
  record Found(String standalone, List<Evidence> passages) {}

  /** Passages graded, those that are not about the question left out. */
  Mono<Found> graded(Question question, EvidenceSearch search, Run run) {
    return standalone(question, run).flatMap(it -> round(it, it, search, run, new LinkedHashMap<>()));
  }

  /** Passages as the search had them. */
  Mono<Found> ungraded(Question question, EvidenceSearch search, Run run) {
    return standalone(question, run).flatMap(query -> search.search(query).map(found -> {
      run.found(found.size());
      return new Found(query, found.stream().map(InstructionScreen::screened).toList());
    }));
  }

  private static Mono<String> standalone(Question question, Run run) {
    if (question.history().isEmpty()) {
      return Mono.just(question.text());
    }
    return run.aside("condense", Prompts.condense(question)).map(FindEvidence::oneLine)
        .filter(it -> it.length() <= LONGEST_QUERY)
        .doOnNext(it -> run.reflect("condense", "rewritten", null, it)).defaultIfEmpty(question.text());
  }

  private Mono<Found> round(String question, String query, EvidenceSearch search, Run run, Map<UUID, Graded> known) {
    return search.search(query).flatMap(found -> {
      run.found(found.size());
      long fresh = found.stream().filter(it -> !known.containsKey(it.chunkId())).count();
      run.reflect("retrieve", found.isEmpty() ? "nothing found" : fresh + " new", null, query);
      for (Evidence passage : found) {
        known.computeIfAbsent(passage.chunkId(), _ -> grade(question, passage, run));
      }
      boolean good = known.values().stream().anyMatch(it -> it.grade() == Grade.RELEVANT);
      if (good || !run.maySearchAgain()) {
        return Mono.just(new Found(question, kept(known)));
      }
      return anotherQuery(question, query, run).flatMap(it -> round(question, it, search, run, known))
          .switchIfEmpty(Mono.fromSupplier(() -> new Found(question, kept(known))));
    });
  }

  private Graded grade(String question, Evidence passage, Run run) {
    var screened = InstructionScreen.screened(passage);
    if (!screened.equals(passage)) {
      run.reflect("screen", "instructions left out", null, passage.chunkId().toString());
    }
    var graded = relevance.grade(question, screened);
    run.reflect("grade", graded.grade().name().toLowerCase(java.util.Locale.ROOT), rounded(graded.score()),
        passage.chunkId().toString());
    return graded;
  }

  private static Mono<String> anotherQuery(String question, String query, Run run) {
    return run.aside("rewrite", Prompts.anotherQuery(question)).map(FindEvidence::oneLine)
        .filter(it -> it.length() <= LONGEST_QUERY)
        .switchIfEmpty(Mono.fromSupplier(() -> ContentWords.withoutAsking(question)))
        .filter(it -> !it.isBlank() && !it.equals(query) && !it.equals(question.replaceAll("[？?]", " ").strip()))
        .doOnNext(it -> run.reflect("rewrite", "another query", null, it));
  }

  private static String oneLine(String text) {
    return text.lines().filter(it -> !it.isBlank()).findFirst().orElse("").strip().replaceAll("^[\"“]|[\"”]$", "");
  }

  /** What may be about the question: all that is, then what may be. */
  private static List<Evidence> kept(Map<UUID, Graded> known) {
    var kept = new ArrayList<>(known.values());
    kept.removeIf(it -> it.grade() == Grade.IRRELEVANT || it.evidence().text().isBlank());
    // The search's order within a grade, which knows more than words.
    kept.sort(Comparator.comparing(Graded::grade));
    return kept.stream().map(Graded::evidence).toList();
  }

  static double rounded(double score) {
    return Math.round(score * 1000) / 1000.0;
  }
}
