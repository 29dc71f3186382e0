package io.selfrag.bench.measure;

import io.selfrag.bench.ledger.AcceptedLog;
import io.selfrag.bench.ledger.LedgerCheck;
import io.selfrag.bench.system.BenchSystem;
import io.selfrag.bench.workload.Place;
import io.selfrag.bench.workload.Workload;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Replaces and deletes documents under queries, none of which may see a mix of versions, or nothing while one is live. */
@Command(name = "replace", description = "Replace and delete under concurrent queries: never a mixed or missing version.", mixinStandardHelpOptions = true)
public final class ReplaceCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final int TENANTS = 3;

  @Mixin
  private BenchSystem system = new BenchSystem();

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--queries", defaultValue = "1000", description = "at least so many (default: ${DEFAULT-VALUE})")
  private long queries = 1000;

  @Option(names = "--threads", defaultValue = "32", description = "queries at a time (default: ${DEFAULT-VALUE})")
  private int threads = 32;

  @Override
  public Integer call() {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    try (var lease = system.open()) {
      var access = lease.access();
      var log = new AcceptedLog();
      var places = Place.create(access, "bench-replace-" + System.nanoTime(), TENANTS);
      var workload = new Workload(() -> access, places, new Workload.Mix(30, 4, 10, 10, Duration.ofMillis(20)), log,
          42);
      var recorder = workload.watch(threads, Duration.ofMillis(10));
      long end = System.nanoTime() + LIMIT.toNanos();
      while (recorder.answered() - recorder.empty() < queries && System.nanoTime() < end) {
        workload.proceed(20, Duration.ofSeconds(30));
      }
      workload.close();
      recorder.close();
      try (var ledger = LedgerCheck.open(access.databaseUrl(), access.index())) {
        var backlog = ledger.awaitSettled(Duration.ofMinutes(5));
        var report = ledger.check(log);
        recorder.violations().forEach(out::println);
        out.println("ledger: " + report.text());
        new Table("replace and delete under queries", "value")
            .row("changes (creates, replacements, re-uploads, deletes)", Long.toString(workload.calls()))
            .row("queries with hits", Long.toString(recorder.answered() - recorder.empty()))
            .row("queries of documents that were not live, without hits", Long.toString(recorder.empty()))
            .row("queries that failed", Long.toString(recorder.refused()))
            .row("mixed, missing, older or deleted versions seen", Integer.toString(recorder.violations().size()))
            .row("query p50 / p95 ms under this load", millis(recorder.nanos(), 0.5) + " / "
                + millis(recorder.nanos(), 0.95))
            .print(out);
        return recorder.violations().isEmpty() && report.isOk() && backlog.isEmpty() && recorder.refused() == 0 ? 0 : 1;
      }
    }
  }

  private static String millis(java.util.List<Long> nanos, double share) {
    return String.format(Locale.ROOT, "%.0f", Figures.percentile(nanos, share) / 1e6);
  }
}
