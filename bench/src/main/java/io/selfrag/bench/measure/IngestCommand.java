package io.selfrag.bench.measure;

import io.selfrag.bench.api.Embeddings;
import io.selfrag.bench.ledger.LedgerCheck;
import io.selfrag.bench.system.BenchSystem;
import io.selfrag.bench.system.SystemAccess;
import io.selfrag.bench.workload.Place;
import io.selfrag.catalog.ledger.ChunkSample;
import io.selfrag.embedder.embed.EmbedText;
import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.settings.EmbeddingModels;
import io.selfrag.embedding.settings.EmbeddingSettings;
import io.selfrag.embedding.settings.EmbeddingSettings.LanguageModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How fast documents become searchable, against the same embedder alone; and what sending them again costs. */
@Command(name = "ingest", description = "Rate of a bulk import, alone and against the embedder by itself; rate of sending it again.", mixinStandardHelpOptions = true)
public final class IngestCommand implements Callable<Integer> {
  private static final Duration ALONE = Duration.ofSeconds(40);
  private static final int SAMPLED_CHUNKS = 1000;
  private static final int WARM_UP = 50;
  private static final String FREE = "hashing";

  @Mixin
  private BenchSystem system = new BenchSystem();

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--corpus", paramLabel = "PATH", description = "folder or .tar.gz of texts (default: bulk/docs.tar.gz of the test data)")
  private Path corpus = TestData.folder().resolve("bulk/docs.tar.gz");

  @Option(names = "--limit", description = "only so many documents, spread over the corpus (default: all)")
  private int limit = Integer.MAX_VALUE;

  @Option(names = "--warm-up", negatable = true, defaultValue = "true", fallbackValue = "true", description = "import the corpus once with the embedder that costs nothing before (default: ${DEFAULT-VALUE}), so that the rate is that of a system that has run for a while")
  private boolean warmUp;

  @Override
  public Integer call() {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    var documents = sample(TestData.documents(corpus));
    try (var lease = system.open()) {
      measure(lease, documents, out);
    }
    return 0;
  }

  private Map<String, byte[]> sample(Map<String, byte[]> all) {
    if (all.size() <= limit) {
      return all;
    }
    var paths = new ArrayList<>(all.keySet());
    Collections.shuffle(paths, new Random(5));
    var some = new TreeMap<String, byte[]>();
    paths.subList(0, limit).forEach(it -> some.put(it, Objects.requireNonNull(all.get(it))));
    return some;
  }

  private void measure(BenchSystem.Lease lease, Map<String, byte[]> documents, PrintWriter out) {
    var access = lease.access();
    var lines = BulkSend.lines(documents);
    var free = warmUp && !system.embedding().equals(FREE) ? withFreeEmbedder(access, lines) : "not measured";
    var place = Place.create(access, "bench-ingest-" + System.nanoTime(), Map.of());
    long before = Embeddings.count(access.baseUrl());
    var peak = new PeakMemory(lease);
    var first = BulkSend.run(access, place, lines);
    long memory = peak.stop();
    long embedded = Embeddings.count(access.baseUrl()) - before;
    long chunks = chunkCount(access, place);
    out.printf(Locale.ROOT, "%d documents accepted, %d refused, in %.1f s: %s%n", first.accepted(), first.refused(),
        first.time().toMillis() / 1000.0, first.totals());
    out.flush();
    before = Embeddings.count(access.baseUrl());
    var second = BulkSend.run(access, place, lines);
    long embeddedAgain = Embeddings.count(access.baseUrl()) - before;
    var changed = oneParagraph(access, place);
    List<ChunkSample> sample;
    try (var ledger = LedgerCheck.open(access.databaseUrl(), access.index())) {
      sample = ledger.sample(place.knowledgeBaseId(), SAMPLED_CHUNKS);
    }
    double alone = alone(sample);
    double pipeline = embedded / (first.time().toMillis() / 1000.0);
    new Table("measure", "value")
        .row("embedding", system.embedding())
        .row("bulk import, documents/s", number(first.perSecond()))
        .row("bulk import, chunks/s", number(chunks / (first.time().toMillis() / 1000.0)))
        .row("texts embedded / chunks", embedded + " / " + chunks)
        .row("texts embedded, per s", number(pipeline))
        .row("the same embedder alone, texts/s", number(alone))
        .row("pipeline / embedder alone", number(100 * pipeline / alone) + " %")
        .row("before that, cold, with the hashing embedder, chunks/s", free)
        .row("sent again unchanged, documents/s", number(second.perSecond()))
        .row("sent again unchanged, texts embedded", Long.toString(embeddedAgain))
        .row("one paragraph of a long document changed", changed)
        .row("most memory of all its processes while importing, MiB", Long.toString(memory >> 20)).print(out);
  }

  /** Chunks a second of a first import into a knowledge base whose embedder is next to free. */
  private static String withFreeEmbedder(SystemAccess access, List<byte[]> lines) {
    var place = Place.create(access, "bench-free-" + System.nanoTime(), Map.of("embedding", Map.of("provider", FREE)));
    var done = BulkSend.run(access, place, lines);
    return number(chunkCount(access, place) / (done.time().toMillis() / 1000.0));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static long chunkCount(SystemAccess access, Place place) {
    try (var api = place.open(access)) {
      return api.get("/v1/knowledge-bases/" + place.knowledgeBaseId()).orThrow().body().path("chunk_count").asLong();
    }
  }

  private static String oneParagraph(SystemAccess access, Place place) {
    var text = new StringBuilder();
    var random = new Random(11);
    for (int i = 0; i < 200; i++) {
      text.append("Paragraph ").append(i).append(" speaks about");
      for (int w = 0; w < 60; w++) {
        text.append(' ').append("term").append(Integer.toString(random.nextInt(5000), 36));
      }
      text.append(".\n\n");
    }
    BulkSend.run(access, place, List.of(BulkSend.line("long", "long", text.toString())));
    long before = Embeddings.count(access.baseUrl());
    var edited = text.toString().replace("Paragraph 100 speaks about", "Paragraph 100 no longer speaks about");
    BulkSend.run(access, place, List.of(BulkSend.line("long", "long", edited)));
    long embedded = Embeddings.count(access.baseUrl()) - before;
    try (var api = place.open(access)) {
      var document = api.get("/v1/documents/" + place.documentId("long")).orThrow().body();
      return embedded + " of " + document.path("chunk_count").asInt() + " chunks embedded";
    }
  }

  /** Texts a second with one caller a core, of what the pipeline embedded, while the system is idle. */
  private double alone(List<ChunkSample> sample) {
    var settings = EmbeddingSettings.of(EmbeddingSettings.Provider.valueOf(
        system.embedding().toUpperCase(Locale.ROOT)));
    try (var models = new EmbeddingModels(settings)) {
      var byName = settings.modelsFor("auto").stream().map(LanguageModel::model)
          .collect(Collectors.toMap(ModelId::key, models::of));
      var texts = sample.stream().map(it -> new Input(embedder(byName, it), it)).toList();
      texts.stream().limit(WARM_UP).forEach(Input::embed);
      var next = new AtomicInteger();
      int callers = Runtime.getRuntime().availableProcessors();
      var ended = new CountDownLatch(callers);
      long start = System.nanoTime();
      for (int i = 0; i < callers; i++) {
        Thread.ofPlatform().start(() -> {
          while (System.nanoTime() - start < ALONE.toNanos()) {
            texts.get(Math.floorMod(next.getAndIncrement(), texts.size())).embed();
          }
          ended.countDown();
        });
      }
      ended.await();
      return next.get() / ((System.nanoTime() - start) / 1e9);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private static Embedder embedder(Map<String, Embedder> byName, ChunkSample sample) {
    return Objects.requireNonNull(byName.get(sample.model()), sample.model());
  }

  /** A text and the model that the pipeline had it embedded by. */
  private record Input(Embedder embedder, String text) {
    Input(Embedder embedder, ChunkSample sample) {
      this(embedder, EmbedText.of(sample.context(), sample.text(), embedder));
    }

    void embed() {
      embedder.embedPassages(List.of(text));
    }
  }
}
