package io.selfrag.generation.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.embedding.settings.EmbeddingModels;
import io.selfrag.embedding.settings.EmbeddingSettings;
import io.selfrag.embedding.settings.EmbeddingSettings.Provider;
import io.selfrag.generation.support.JudgedSentences.Judged;
import io.selfrag.generation.support.JudgedSentences.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** Is what supports a sentence told from what does not: on sentences whose judgement follows from how they were made. */
class SupportScorerJudgedTest {
  private static EmbeddingModels models;

  @BeforeAll
  static void open() {
    if (!JudgedSentences.available()) {
      System.err.println("########## SKIPPED: no judged sentences, see SELFRAG_TEST_DATA ##########");
      throw new TestAbortedException("no data sets");
    }
    models = new EmbeddingModels(EmbeddingSettings.of(Provider.ONNX));
  }

  @AfterAll
  static void close() {
    if (models != null) {
      models.close();
    }
  }

  @Test
  void chineseSentences() throws IOException {
    holds("zh", JudgedSentences.chinese(200));
  }

  @Test
  void englishSentences() throws IOException {
    holds("en", JudgedSentences.english(150));
  }

  /** Five sentences against five passages, with the embedding model where words leave it open. */
  @Test
  void anAnswerIsCheckedInMilliseconds() throws IOException {
    var similarity = new ModelSimilarity(models);
    for (var language : List.of(JudgedSentences.chinese(120), JudgedSentences.english(120))) {
      var times = new ArrayList<Double>();
      for (int i = 0; i + 5 <= language.size(); i += 5) {
        var answer = language.subList(i, i + 5);
        long start = System.nanoTime();
        var scorer = new SupportScorer(similarity, answer.stream().map(Judged::passage).toList());
        answer.forEach(it -> scorer.score(it.sentence()));
        times.add((System.nanoTime() - start) / 1e6);
      }
      times.sort(null);
      double median = times.get(times.size() / 2);
      System.out.printf(Locale.ROOT,
          "an answer of five sentences is checked against five passages in: p50 %.0f ms, p95 %.0f ms%n",
          median, times.get(times.size() * 95 / 100));
      // The median, on whatever machine runs the tests beside others.
      assertThat(median).as("ms an answer").isLessThanOrEqualTo(300);
    }
  }

  private static void holds(String name, List<Judged> sentences) {
    var similarity = new ModelSimilarity(models);
    Map<Kind, int[]> counts = new EnumMap<>(Kind.class);
    for (Judged it : sentences) {
      var support = new SupportScorer(similarity, List.of(it.passage())).score(it.sentence());
      var count = counts.computeIfAbsent(it.kind(), _ -> new int[2]);
      count[support.isEnough() ? 1 : 0]++;
      if (System.getenv("SHOW_JUDGED") != null && support.isEnough() != it.kind().isSupported()) {
        System.out.println(it.kind() + " " + support + " " + it.sentence());
      }
    }
    var report = new StringBuilder();
    int right = 0;
    int passed = 0;
    int supported = 0;
    for (var entry : counts.entrySet()) {
      if (entry.getKey() == Kind.NEGATED) {
        continue;
      }
      int yes = entry.getValue()[1];
      passed += yes;
      if (entry.getKey().isSupported()) {
        right += yes;
        supported += yes + entry.getValue()[0];
      }
    }
    counts.forEach((kind, count) -> report.append(String.format(Locale.ROOT, " %s %.3f of %d", kind,
        count[kind.isSupported() ? 1 : 0] / (double) (count[0] + count[1]), count[0] + count[1])));
    double precision = right / (double) passed;
    double recall = right / (double) supported;
    double f1 = 2 * precision * recall / (precision + recall);
    System.out.printf(Locale.ROOT, "groundedness %s: F1 %.3f (precision %.3f, recall %.3f); judged rightly:%s%n", name,
        f1, precision, recall, report);
    assertThat(f1).as("F1 " + name).isGreaterThanOrEqualTo(0.80);
    caught(counts, Kind.ALTERED_NUMBER);
    caught(counts, Kind.ALTERED_NAME);
  }

  private static void caught(Map<Kind, int[]> counts, Kind kind) {
    var count = counts.get(kind);
    if (count != null) {
      assertThat(count[0] / (double) (count[0] + count[1])).as("recall of " + kind).isGreaterThanOrEqualTo(0.9);
    }
  }
}
