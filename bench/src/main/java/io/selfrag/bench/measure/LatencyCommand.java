package io.selfrag.bench.measure;

import io.selfrag.bench.system.BenchSystem;
import io.selfrag.bench.system.SystemAccess;
import io.selfrag.bench.workload.MarkedText;
import io.selfrag.bench.workload.Place;
import io.selfrag.bench.workload.UploadLatency;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How long after the start of its upload a page is found, on an idle system and while another tenant imports. */
@Command(name = "latency", description = "Upload of one page to searchable: idle, and while another tenant imports.", mixinStandardHelpOptions = true)
public final class LatencyCommand implements Callable<Integer> {
  private static final int WARM_UP = 5;
  private static final Duration HEAD_START = Duration.ofSeconds(15);

  @Mixin
  private BenchSystem system = new BenchSystem();

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--pages", defaultValue = "40", description = "uploads of each kind (default: ${DEFAULT-VALUE})")
  private int pages = 40;

  @Option(names = "--corpus", paramLabel = "PATH", description = "what the other tenant imports (default: bulk/docs.tar.gz of the test data)")
  private Path corpus = TestData.folder().resolve("bulk/docs.tar.gz");

  @Override
  public Integer call() {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    try (var lease = system.open()) {
      var access = lease.access();
      var small = Place.create(access, "bench-latency-" + System.nanoTime(), Map.of());
      measure(access, small, "warm-up", WARM_UP);
      var idle = measure(access, small, "idle", pages);
      var big = Place.create(access, "bench-import-" + System.nanoTime(), Map.of());
      var imported = CompletableFuture.supplyAsync(() -> BulkSend.run(access, big, BulkSend.lines(
          TestData.documents(corpus))));
      LockSupport.parkNanos(HEAD_START.toNanos());
      var loaded = measure(access, small, "loaded", pages);
      boolean stillImporting = !imported.isDone();
      new Table("upload of one page to searchable", "p50 s", "p95 s", "uploads")
          .row("idle", seconds(idle, 0.5), seconds(idle, 0.95), Integer.toString(idle.size()))
          .row("while another tenant imports" + (stillImporting ? "" : " (the import ended early)"),
              seconds(loaded, 0.5), seconds(loaded, 0.95), Integer.toString(loaded.size()))
          .print(out);
    }
    return 0;
  }

  private static String seconds(List<Double> times, double share) {
    return String.format(Locale.ROOT, "%.2f", Figures.percentile(times, share));
  }

  private static List<Double> measure(SystemAccess access, Place place, String name, int count) {
    var times = new ArrayList<Double>();
    try (var api = place.open(access)) {
      for (int i = 0; i < count; i++) {
        times.add(UploadLatency.measure(api, place, name + "-" + i, MarkedText.of(name.hashCode() & 0xffff, i, 5)));
      }
    }
    return times;
  }
}
