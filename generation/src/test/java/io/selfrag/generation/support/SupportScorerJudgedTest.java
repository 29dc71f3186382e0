package io.selfrag.generation.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.embedding.settings.EmbeddingModels;
import io.selfrag.embedding.settings.EmbeddingSettings;
import io.selfrag.embedding.settings.EmbeddingSettings.Provider;
import io.selfrag.generation.support.JudgedSentences.Judged;
import io.selfrag.generation.support.JudgedSentences.Kind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
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
  private static final int SENTENCES = 5;
  private static final int WARM_UP = 5;
  /** Milliseconds. */
  private static final double LONGEST = 300;

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

  /**
   * Five sentences against five passages, with the embedding model where words leave it open. What is asserted is processor time,
   * of the caller's thread and of the model's: the wall says how busy the machine is with other things.
   */
  @Test
  void anAnswerIsCheckedInMilliseconds() throws IOException {
    var similarity = new ModelSimilarity(models);
    var judged = Map.of("Chinese", JudgedSentences.chinese(200), "English", JudgedSentences.english(150));
    for (var language : judged.entrySet()) {
      var answers = answers(language.getValue());
      answers.stream().limit(WARM_UP).forEach(it -> check(similarity, it)); // the first loads the model
      var wall = new ArrayList<Double>();
      var processor = new ArrayList<Double>();
      for (var answer : answers) {
        long started = System.nanoTime();
        long worked = processorNanos();
        check(similarity, answer);
        processor.add((processorNanos() - worked) / 1e6);
        wall.add((System.nanoTime() - started) / 1e6);
      }
      wall.sort(null);
      processor.sort(null);
      System.out.printf(Locale.ROOT,
          "%s: %d answers of five sentences checked against five passages in p50 %.0f ms, p95 %.0f ms,"
              + " p99 %.0f ms, %d over %.0f ms; of the processor's time p50 %.0f ms, p95 %.0f ms, p99 %.0f ms%n",
          language.getKey(),
          wall.size(), at(wall, 0.5), at(wall, 0.95), at(wall, 0.99), wall.stream().filter(it -> it > LONGEST).count(),
          LONGEST,
          at(processor, 0.5), at(processor, 0.95), at(processor, 0.99));
      assertThat(at(processor, 0.99)).as("ms of the processor an answer, " + language.getKey())
          .isLessThanOrEqualTo(LONGEST);
    }
  }

  private static List<List<Judged>> answers(List<Judged> sentences) {
    var answers = new ArrayList<List<Judged>>();
    for (int i = 0; i + SENTENCES <= sentences.size(); i += SENTENCES) {
      answers.add(sentences.subList(i, i + SENTENCES));
    }
    return answers;
  }

  private static void check(ModelSimilarity similarity, List<Judged> answer) {
    var scorer = new SupportScorer(similarity, answer.stream().map(Judged::passage).toList());
    answer.forEach(it -> scorer.score(it.sentence()));
  }

  private static double at(List<Double> sorted, double share) {
    return sorted.get((int) (sorted.size() * share));
  }

  /** What this thread and those of the embedding models have had of the processor so far. */
  private static long processorNanos() {
    var threads = ManagementFactory.getThreadMXBean();
    long ofModels = Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(it -> it != null && it.getThreadName().startsWith("embed-"))
        .mapToLong(it -> Math.max(0, threads.getThreadCpuTime(it.getThreadId()))).sum();
    return threads.getCurrentThreadCpuTime() + ofModels;
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
