package io.selfrag.generation.reflect;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.support.InstructionScreen;
import io.selfrag.generation.support.Relevance;
import io.selfrag.generation.support.Relevance.Grade;
import io.selfrag.generation.support.Relevance.Graded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import reactor.core.publisher.Mono;

/** Says of passages whether they are about a question: by words and meaning, and by the language model where that is wanted. */
final class GradePassages {
  private static final Pattern LINE = Pattern.compile("(?im)^\\W*(\\d{1,2})\\W+(yes|partly|no)\\b");
  private static final Map<String, Grade> WORDS = Map.of("yes", Grade.RELEVANT, "partly", Grade.WEAK, "no",
      Grade.IRRELEVANT);
  private static final Map<Grade, Double> SCORES = Map.of(Grade.RELEVANT, 0.9, Grade.WEAK, 0.4, Grade.IRRELEVANT, 0.1);

  private final Relevance relevance;

  GradePassages(Relevance relevance) {
    this.relevance = relevance;
  }

  /**
   * Grades passages, each by the best of what is asked; what speaks to the model is cut out of them first.
   *
   * @param asked the question, and its parts if it has any
   */
  Mono<List<Graded>> grade(List<String> asked, List<Evidence> passages, Run run) {
    var local = passages.stream().map(it -> locally(asked, it, run)).toList();
    if (local.isEmpty() || !run.gradesByModel()) {
      local.forEach(it -> told(it, "", run));
      return Mono.just(local);
    }
    return run.aside("grade", Prompts.grade(asked.getFirst(), local.stream().map(Graded::evidence).toList()))
        .map(answer -> byModel(answer, local)).defaultIfEmpty(Map.of()).map(grades -> {
          var graded = new ArrayList<Graded>();
          for (int i = 0; i < local.size(); i++) {
            var grade = grades.get(i + 1);
            var one = grade == null
                ? local.get(i)
                : new Graded(local.get(i).evidence(), SCORES.getOrDefault(grade, 0.0), grade);
            told(one, grade == null ? "" : " by the model", run);
            graded.add(one);
          }
          return graded;
        });
  }

  private Graded locally(List<String> asked, Evidence passage, Run run) {
    var screened = InstructionScreen.screened(passage);
    if (!screened.equals(passage)) {
      run.reflect("screen", "instructions left out", null, passage.chunkId().toString());
    }
    Graded best = null;
    for (String question : asked) {
      var graded = relevance.grade(question, screened);
      best = best == null || graded.score() > best.score() ? graded : best;
    }
    return best == null ? new Graded(screened, 0, Grade.IRRELEVANT) : best;
  }

  /** Whether a part of a question finds its answer here, as far as words and meaning tell. */
  boolean covers(String part, Evidence screened) {
    return relevance.grade(part, screened).grade() == Grade.RELEVANT;
  }

  private static void told(Graded graded, String by, Run run) {
    run.reflect("grade", graded.grade().name().toLowerCase(Locale.ROOT), FindEvidence.rounded(graded.score()),
        graded.evidence().chunkId() + by);
  }

  private static Map<Integer, Grade> byModel(String answer, List<Graded> local) {
    var grades = new HashMap<Integer, Grade>();
    LINE.matcher(answer).results().forEach(it -> {
      int number = Integer.parseInt(it.group(1));
      var grade = WORDS.get(it.group(2).toLowerCase(Locale.ROOT));
      if (number >= 1 && number <= local.size() && grade != null) {
        grades.putIfAbsent(number, grade);
      }
    });
    return grades;
  }
}
