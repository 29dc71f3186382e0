package io.selfrag.bench.embed;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

import com.sun.management.OperatingSystemMXBean;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.bgesmallenv15q.BgeSmallEnV15QuantizedEmbeddingModel;
import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.onnx.InferenceThreads;
import io.selfrag.embedding.onnx.OnnxEmbedder;
import io.selfrag.embedding.onnx.OnnxModel;

/**
 * Our in-process embedder against langchain4j's own of the same int8 model, on the same texts: rounds alternate, so that
 * what else the machine does falls on both. Prints medians of tokens a second and of CPU time.
 *
 * <p>Arguments, all optional: tokens a text, texts a round, rounds.
 */
public final class EmbeddingThroughput {
  private static final List<String> WORDS = Arrays.asList(
      """
          the service keeps every document until its owner removes it and answers questions with passages that can be checked \
          when a broker restarts partitions move to another member while offsets stay where they were an operator reads logs \
          metrics traces before changing configuration because most outages begin with a change nobody wrote down retention \
          replication compaction throughput latency encryption permission tenant index vector embedding tokenizer paragraph"""
          .split(" "));
  private static final OperatingSystemMXBean PROCESS = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private EmbeddingThroughput() {}

  private record Round(double tokensPerSecond, double cpuMillisPerThousandTokens) {}

  public static void main(String[] arguments) {
    int tokensPerText = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 128;
    int texts = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
    try (InferenceThreads threads = InferenceThreads.onePerCore();
        Embedder ours = OnnxEmbedder.open(OnnxModel.BGE_SMALL_EN, threads)) {
      compare(ours, tokensPerText, texts, rounds);
    }
  }

  private static void compare(Embedder ours, int tokensPerText, int texts, int rounds) {
    List<String> passages = passages(ours, tokensPerText, texts);
    int tokens = passages.stream().mapToInt(ours.tokenCounter()::count).sum();
    List<TextSegment> segments = passages.stream().map(TextSegment::from).toList();
    var stock = new BgeSmallEnV15QuantizedEmbeddingModel();
    round(tokens, () -> ours.embedPassages(passages)); // warm-up
    round(tokens, () -> stock.embedAll(segments));

    List<Round> oursRounds = new ArrayList<>();
    List<Round> stockRounds = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      oursRounds.add(round(tokens, () -> ours.embedPassages(passages)));
      stockRounds.add(round(tokens, () -> stock.embedAll(segments)));
    }

    report("ours", oursRounds);
    report("langchain4j", stockRounds);
    System.out.printf(Locale.ROOT, "ratio of medians %.2f (%d texts of %d tokens, %d rounds, %d cores)%n",
        speed(oursRounds) / speed(stockRounds), texts, tokens / texts, rounds,
        Runtime.getRuntime().availableProcessors());
  }

  private static Round round(int tokens, Runnable work) {
    long cpu = PROCESS.getProcessCpuTime();
    long start = System.nanoTime();
    work.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    double cpuMillis = (PROCESS.getProcessCpuTime() - cpu) / 1e6;
    return new Round(tokens / seconds, cpuMillis / (tokens / 1_000.0));
  }

  private static void report(String name, List<Round> rounds) {
    System.out.printf(Locale.ROOT, "%-12s %6.0f tokens/s  %5.0f CPU-ms per 1,000 tokens  (medians)%n", name,
        speed(rounds),
        median(rounds.stream().mapToDouble(Round::cpuMillisPerThousandTokens).toArray()));
  }

  private static double speed(List<Round> rounds) {
    return median(rounds.stream().mapToDouble(Round::tokensPerSecond).toArray());
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  /** Texts of exactly the wanted tokens, each different, the same on every machine. */
  private static List<String> passages(Embedder embedder, int tokensPerText, int count) {
    Random random = new Random(1);
    List<String> passages = new ArrayList<>();
    for (int text = 0; text < count; text++) {
      StringBuilder words = new StringBuilder();
      for (int word = 0; word < tokensPerText; word++) {
        words.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
      }
      String whole = words.toString();
      passages.add(whole.substring(0, embedder.tokenCounter().tokenEnds(whole)[tokensPerText - 1]));
    }
    return passages;
  }
}
