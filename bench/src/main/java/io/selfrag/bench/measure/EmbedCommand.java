package io.selfrag.bench.measure;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.bgesmallenv15q.BgeSmallEnV15QuantizedEmbeddingModel;
import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.onnx.InferenceThreads;
import io.selfrag.embedding.onnx.OnnxEmbedder;
import io.selfrag.embedding.onnx.OnnxModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The in-process embedder against langchain4j's model as it comes: the same weights, the same texts, in turn. */
@Command(name = "embed", description = "The in-process embedder against langchain4j's in-process model as it comes.", mixinStandardHelpOptions = true)
public final class EmbedCommand implements Callable<Integer> {
  private static final int WARM_UP_TEXTS = 20;

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--corpus", paramLabel = "PATH", description = "folder or .tar.gz of English texts (default: bulk/docs.tar.gz of the test data)")
  private Path corpus = TestData.folder().resolve("bulk/docs.tar.gz");

  @Option(names = "--tokens", split = ",", defaultValue = "64,128,256,500", description = "lengths of the texts (default: ${DEFAULT-VALUE}; at most 510)")
  private List<Integer> lengths = List.of();

  @Option(names = "--total", defaultValue = "20000", description = "tokens in a run (default: ${DEFAULT-VALUE})")
  private int total = 20_000;

  @Option(names = "--rounds", defaultValue = "5", description = "runs of each, in turn; the medians count (default: ${DEFAULT-VALUE})")
  private int rounds = 5;

  @Override
  public Integer call() {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    var documents = TestData.documents(corpus).values();
    var table = new Table("tokens a text", "langchain4j, texts/s", "ours, texts/s", "ratio of the medians",
        "least cosine of both");
    var theirs = new BgeSmallEnV15QuantizedEmbeddingModel();
    try (var threads = InferenceThreads.onePerCore();
        var ours = OnnxEmbedder.open(OnnxModel.BGE_SMALL_EN, threads)) {
      for (int length : lengths) {
        var texts = texts(documents, ours, length, total / length);
        table.row(row(length, texts, it -> embedded(theirs, it), ours::embedPassages));
      }
    }
    table.print(out);
    return 0;
  }

  private String[] row(int length, List<String> texts, Embedding theirs, Embedding ours) {
    double agreement = agreement(texts.subList(0, Math.min(WARM_UP_TEXTS, texts.size())), theirs, ours);
    var theirRates = new ArrayList<Double>();
    var ourRates = new ArrayList<Double>();
    for (int round = 0; round < rounds; round++) {
      theirRates.add(perSecond(texts, theirs));
      ourRates.add(perSecond(texts, ours));
    }
    double before = Figures.median(theirRates);
    double after = Figures.median(ourRates);
    return new String[]{Integer.toString(length), number(before), number(after), number(after / before),
        String.format(Locale.ROOT, "%.4f", agreement)};
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static double perSecond(List<String> texts, Embedding model) {
    long start = System.nanoTime();
    model.embed(texts);
    return texts.size() / ((System.nanoTime() - start) / 1e9);
  }

  /** Warms both up and shows that they compute the same: the least cosine between their vectors of a text. */
  private static double agreement(List<String> texts, Embedding theirs, Embedding ours) {
    var left = theirs.embed(texts);
    var right = ours.embed(texts);
    double least = 1;
    for (int i = 0; i < texts.size(); i++) {
      least = Math.min(least, dot(left.get(i), right.get(i)));
    }
    return least;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static List<float[]> embedded(BgeSmallEnV15QuantizedEmbeddingModel model, List<String> texts) {
    return model.embedAll(texts.stream().map(TextSegment::from).toList()).content().stream()
        .map(dev.langchain4j.data.embedding.Embedding::vector).toList();
  }

  /** Pieces of so many tokens each, from all over the corpus, the same in every run of this command. */
  private static List<String> texts(Collection<byte[]> documents, Embedder model, int tokens, int count) {
    var texts = new ArrayList<String>();
    for (byte[] document : documents) {
      var text = new String(document, StandardCharsets.UTF_8);
      int[] ends = model.tokenCounter().tokenEnds(text);
      for (int from = 0; from + tokens <= ends.length; from += tokens) {
        var piece = text.substring(from == 0 ? 0 : ends[from - 1], ends[from + tokens - 1]);
        if (!piece.isBlank() && model.tokenCounter().count(piece) <= model.maxTokens()) {
          texts.add(piece);
        }
      }
    }
    if (texts.size() < count) {
      throw new IllegalArgumentException("the corpus has only " + texts.size() + " texts of " + tokens + " tokens");
    }
    Collections.shuffle(texts, new Random(7));
    return List.copyOf(texts.subList(0, count));
  }

  @FunctionalInterface
  private interface Embedding {
    List<float[]> embed(List<String> texts);
  }
}
