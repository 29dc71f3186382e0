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
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Searches, grades what was found, and searches again where that is weak, within the budget: by another query where nothing is about
 * the question, by its parts where it asks several things and one of them found nothing.
 */
final class FindEvidence {
  private static final int LONGEST_QUERY = 500;

  private final GradePassages grades;

  FindEvidence(Relevance relevance) {
    this.grades = new GradePassages(relevance);
  }

  /**
   * @param standalone the question as it can be understood alone
   * @param passages what is worth using, best first; without what speaks to the model
   */
  record Found(String standalone, List<Evidence> passages) {}

  /** What is asked, what was asked of the index last, and what that has come to. */
  private record State(String question, List<String> parts, List<String> queries, Map<UUID, Graded> known) {
    List<String> asked() {
      var asked = new ArrayList<>(List.of(question));
      asked.addAll(parts);
      return asked;
    }

    State with(List<String> moreParts, List<String> nextQueries) {
      return new State(question, moreParts, nextQueries, known);
    }

    boolean hasRelevant() {
      return known.values().stream().anyMatch(it -> it.grade() == Grade.RELEVANT);
    }
  }

  /** Passages graded, those that are not about the question left out. */
  Mono<Found> graded(Question question, EvidenceSearch search, Run run) {
    return standalone(question, run).flatMap(
        it -> round(new State(it, QuestionParts.of(it), List.of(it), new LinkedHashMap<>()), search, run));
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

  private Mono<Found> round(State state, EvidenceSearch search, Run run) {
    run.beginRound();
    return Flux.fromIterable(state.queries()).concatMap(query -> search.search(query).flatMap(found -> {
      run.found(found.size());
      var fresh = found.stream().filter(it -> !state.known().containsKey(it.chunkId())).toList();
      run.reflect("retrieve", found.isEmpty() ? "nothing found" : fresh.size() + " new", null, query);
      return grades.grade(state.asked(), fresh, run);
    }).doOnNext(graded -> graded.forEach(it -> state.known().putIfAbsent(it.evidence().chunkId(), it))))
        .then(Mono.defer(() -> {
          var missing = state.parts().stream().filter(part -> !isCovered(part, state.known())).toList();
          return (state.hasRelevant() && missing.isEmpty()) || !run.maySearchAgain()
              ? Mono.just(found(state))
              : next(state, missing, run).flatMap(it -> round(it, search, run))
                  .switchIfEmpty(Mono.fromSupplier(() -> found(state)));
        }));
  }

  private boolean isCovered(String part, Map<UUID, Graded> known) {
    return known.values().stream().anyMatch(it -> grades.covers(part, it.evidence()));
  }

  /** The next round's queries; empty if there is no other way to ask. The language model finds them, or rules where there is none. */
  private static Mono<State> next(State state, List<String> missing, Run run) {
    return run.aside("rewrite", Prompts.otherQueries(state.question())).map(FindEvidence::lines)
        .filter(it -> !it.isEmpty()).map(it -> it.size() > 1 ? decomposed(state, it, run) : rewritten(state, it))
        .switchIfEmpty(Mono.fromSupplier(() -> missing.isEmpty()
            ? rewritten(state, List.of(ContentWords.withoutAsking(state.question())))
            : decomposed(state, missing, run)))
        .filter(it -> !it.queries().isEmpty()).doOnNext(it -> {
          if (it.queries().size() == 1) {
            run.reflect("rewrite", "another query", null, it.queries().getFirst());
          }
        });
  }

  private static State decomposed(State state, List<String> parts, Run run) {
    if (parts.size() > 1) {
      run.reflect("decompose", parts.size() + " parts", null, String.join(" | ", parts));
    }
    return state.with(state.parts().isEmpty() ? parts : state.parts(), parts);
  }

  private static State rewritten(State state, List<String> queries) {
    var question = state.question();
    return state.with(state.parts(),
        queries.stream().filter(it -> !it.isBlank() && !state.queries().contains(it)
            && !it.equals(question.replaceAll("[？?]", " ").strip())).toList());
  }

  private static List<String> lines(String text) {
    return text.lines().map(it -> it.strip().replaceAll("^(?:[-*•]|\\d[.)、])\\s*", "").replaceAll("^[\"“]|[\"”]$", ""))
        .filter(it -> !it.isBlank() && it.length() <= LONGEST_QUERY).distinct().limit(QuestionParts.MOST).toList();
  }

  private static String oneLine(String text) {
    return text.lines().filter(it -> !it.isBlank()).findFirst().orElse("").strip().replaceAll("^[\"“]|[\"”]$", "");
  }

  /** What may be about the question: all that is, then what may be. */
  private static Found found(State state) {
    var kept = new ArrayList<>(state.known().values());
    kept.removeIf(it -> it.grade() == Grade.IRRELEVANT || it.evidence().text().isBlank());
    // The search's order within a grade, which knows more than words.
    kept.sort(Comparator.comparing(Graded::grade));
    return new Found(state.question(), kept.stream().map(Graded::evidence).toList());
  }

  static double rounded(double score) {
    return Math.round(score * 1000) / 1000.0;
  }
}
