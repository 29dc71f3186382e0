package io.selfrag.bench.measure;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.system.BenchSystem;
import io.selfrag.bench.workload.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Hybrid search over many chunks through the API: one client, a steady stream of arrivals, ten clients. Every question is asked
 * once, so no cache helps. Texts are made of words by Zipf's law; with the hashing embedder, the default here, filling takes minutes instead of hours, and
 * the time that a model would take for a question is missing.
 */
@Command(name = "queries", description = "Latency and throughput of hybrid search over many synthetic chunks.", mixinStandardHelpOptions = true)
public final class QueriesCommand implements Callable<Integer> {
  private static final int QUESTION_WORDS = 8;
  private static final int WARM_UP = 200;
  private static final int CLIENTS = 10;

  @Mixin
  private BenchSystem system = new BenchSystem();

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--chunks", defaultValue = "100000", description = "at least so many chunks in one knowledge base (default: ${DEFAULT-VALUE})")
  private int chunks = 100_000;

  @Option(names = "--queries", defaultValue = "400", description = "questions of each kind (default: ${DEFAULT-VALUE})")
  private int queries = 400;

  @Option(names = "--rate", defaultValue = "20", description = "arrivals a second of the steady stream (default: ${DEFAULT-VALUE})")
  private int rate = 20;

  private final AtomicInteger asked = new AtomicInteger();

  @Override
  public Integer call() {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    try (var lease = system.openOr("hashing")) {
      var place = Place.create(lease.access(), "bench-queries-" + System.nanoTime(), Map.of());
      try (var api = place.open(lease.access())) {
        long held = SyntheticChunks.fill(lease.access(), place, api, chunks);
        for (int i = 0; i < WARM_UP; i++) {
          ask(api, place);
        }
        var table = new Table("hybrid over " + held + " chunks", "p50 ms", "p95 ms", "queries/s", "CPU ms a query",
            "stages");
        table.row(row("one client", lease, () -> closed(api, place, 1)));
        table.row(row(rate + " arrivals a second", lease, () -> open(api, place)));
        table.row(row(CLIENTS + " clients", lease, () -> closed(api, place, CLIENTS)));
        table.print(out);
      }
    }
    return 0;
  }

  private double ask(Api api, Place place) {
    var query = SyntheticChunks.words(new Random(-1L - asked.getAndIncrement()), QUESTION_WORDS);
    long start = System.nanoTime();
    api.post("/v1/retrieve",
        Map.of("query", query, "knowledge_base_ids", List.of(place.knowledgeBaseId()), "top_k", 10))
        .orThrow();
    return (System.nanoTime() - start) / 1e6;
  }

  private List<Double> closed(Api api, Place place, int clients) {
    var times = new ConcurrentLinkedQueue<Double>();
    try (var threads = Executors.newFixedThreadPool(clients)) {
      for (int c = 0; c < clients; c++) {
        threads.execute(() -> {
          for (int i = 0; i < queries / clients; i++) {
            times.add(ask(api, place));
          }
        });
      }
    }
    return List.copyOf(times);
  }

  /** Arrivals do not wait for answers, and a question's time counts from when it was due. */
  private List<Double> open(Api api, Place place) {
    var times = new ConcurrentLinkedQueue<Double>();
    long gap = Duration.ofSeconds(1).toNanos() / rate;
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < queries; i++) {
        long due = start + i * gap;
        while (System.nanoTime() < due) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        threads.execute(() -> {
          ask(api, place);
          times.add((System.nanoTime() - due) / 1e6);
        });
      }
    }
    return List.copyOf(times);
  }

  private String[] row(String name, BenchSystem.Lease lease, java.util.function.Supplier<List<Double>> run) {
    var before = StageTimes.read(lease.access().baseUrl());
    var cpu = lease.cpuTime();
    long start = System.nanoTime();
    var times = run.get();
    double seconds = (System.nanoTime() - start) / 1e9;
    if (times.size() < queries / CLIENTS * CLIENTS) {
      throw new IllegalStateException(queries - times.size() + " of " + queries + " queries failed");
    }
    double spent = lease.cpuTime().minus(cpu).toNanos() / 1e6;
    var stages = StageTimes.between(before, StageTimes.read(lease.access().baseUrl()));
    return new String[]{name, number(Figures.median(times)), number(Figures.percentile(times, 0.95)),
        number(times.size() / seconds), number(spent / times.size()), shares(stages)};
  }

  private static String shares(Map<String, Double> stages) {
    double all = stages.values().stream().mapToDouble(Double::doubleValue).sum();
    var parts = new ArrayList<String>();
    stages.forEach((stage, spent) -> parts.add(String.format(Locale.ROOT, "%s %.0f %%", stage, 100 * spent / all)));
    return String.join(", ", parts);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
