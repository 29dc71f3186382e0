package io.selfrag.bench.measure;

import io.selfrag.bench.system.BenchSystem;
import io.selfrag.bench.system.SystemProcess;
import io.selfrag.bench.workload.Place;
import io.selfrag.standalone.index.RebuildIndexCommand;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.lucene.LuceneVectorStore;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The vector store is removed and written anew by the command {@code rebuild-index}; then every point must be what it was. Vectors
 * come from PostgreSQL, so the embedder, here one that costs nothing, has no part in it.
 */
@Command(name = "rebuild", description = "Remove the vector store of many synthetic chunks and rebuild it: how long, and is it the same?", mixinStandardHelpOptions = true)
public final class RebuildCommand implements Callable<Integer> {
  private static final int PAGE = 1000;
  private static final int STATED_CHUNKS = 100_000;

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--chunks", defaultValue = "100000", description = "at least so many chunks in one knowledge base (default: ${DEFAULT-VALUE})")
  private int chunks = 100_000;

  @Option(names = "--dim", defaultValue = "384", description = "components of a vector (default: ${DEFAULT-VALUE})")
  private int dimension = 384;

  @Option(names = "--heap", defaultValue = "1g", description = "heap of the system's process (default: ${DEFAULT-VALUE})")
  private String heap = "1g";

  @Override
  public Integer call() {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    var data = BenchSystem.temporary("rebuild");
    try (var system = SystemProcess.startMeasured(data, Map.of("EMBEDDING_PROVIDER", "hashing"), heap)) {
      return run(system, out);
    } finally {
      BenchSystem.delete(data);
    }
  }

  private int run(SystemProcess system, PrintWriter out) {
    var place = Place.create(system.access(), "bench-rebuild-" + System.nanoTime(),
        Map.of("embedding", Map.of("provider", "hashing", "dim", dimension)));
    try (var api = place.open(system.access())) {
      out.println(SyntheticChunks.fill(system.access(), place, api, chunks) + " chunks are indexed");
      out.flush();
    }
    var index = system.access().index();
    var before = digests(index, place.tenantId());
    system.stop();
    BenchSystem.delete(index);
    system.startAgain();
    var empty = digests(index, place.tenantId());
    var cpu = system.cpuTime();
    long start = System.nanoTime();
    int exit = new CommandLine(new RebuildIndexCommand()).setOut(out).execute("--data", system.data().toString());
    double seconds = (System.nanoTime() - start) / 1e9;
    double spent = system.cpuTime().minus(cpu).toMillis() / 1000.0;
    var after = digests(index, place.tenantId());
    boolean same = exit == 0 && empty.isEmpty() && before.size() >= chunks && before.equals(after);
    new Table("rebuild-index of " + before.size() + " chunks, " + dimension + " components", "value")
        .row("points when the system stood on an empty folder", Integer.toString(empty.size()))
        .row("seconds", number(seconds))
        .row("chunks/s", number(before.size() / seconds))
        .row("seconds for 100,000 chunks", number(seconds * STATED_CHUNKS / before.size()))
        .row("processor seconds for 100,000 chunks", number(spent * STATED_CHUNKS / before.size()))
        .row("points afterwards", Integer.toString(after.size()))
        .row("missing, other or new", Long.toString(differing(before, after)))
        .print(out);
    return same ? 0 : 1;
  }

  private static long differing(Map<String, String> before, Map<String, String> after) {
    long lostOrOther = before.entrySet().stream().filter(it -> !it.getValue().equals(after.get(it.getKey()))).count();
    return lostOrOther + after.keySet().stream().filter(it -> !before.containsKey(it)).count();
  }

  /** What every point of a tenant says, vector included, by collection and chunk. */
  private static Map<String, String> digests(Path index, UUID tenant) {
    var digests = new HashMap<String, String>();
    try (var store = LuceneVectorStore.readOnly(index)) {
      for (String name : store.collections()) {
        var collection = new CollectionSpec(name, 1);
        Optional<UUID> after = Optional.empty();
        List<Point> page;
        do {
          page = store.scroll(collection, new PointSelection.OfTenant(tenant), after, PAGE);
          page.forEach(it -> digests.put(name + " " + it.chunkId(), digest(it)));
          after = page.isEmpty() ? after : Optional.of(page.getLast().chunkId());
        } while (page.size() == PAGE);
      }
    }
    return digests;
  }

  private static String digest(Point point) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      sha.update((point.key() + "/" + point.ordinal() + "/" + point.indexText() + "/" + point.attributes())
          .getBytes(StandardCharsets.UTF_8));
      var components = ByteBuffer.allocate(point.vector().length * Float.BYTES);
      components.asFloatBuffer().put(point.vector());
      return HexFormat.of().formatHex(sha.digest(components.array()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
