package io.selfrag.bench.fault;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.api.Reply;
import io.selfrag.bench.measure.Figures;
import io.selfrag.bench.workload.MarkedText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A tenant that does all that it may, and more, at once, while another goes about its business (I6). */
final class NoisyFaults {
  private static final int PER_MINUTE = 300;
  private static final int BURST = 10;
  private static final int CALLERS = 4;
  private static final Duration BETWEEN_CALLS = Duration.ofMillis(5);
  /** A search this fast is fast, whatever it was before. */
  private static final double FAST_SECONDS = 0.05;

  private NoisyFaults() {}

  /**
   * Searches over its limit, files that no parser survives, documents as large as they may be.
   *
   * @param timed false where other work on the machine would be measured: all but the times is held then
   */
  record Tenant(boolean timed) implements Fault {
    @Override
    public String id() {
      return "I6";
    }

    @Override
    public String what() {
      return "one tenant floods with searches over its limit, poison and huge files; another uploads and searches";
    }

    @Override
    public boolean isOutage() {
      return false; // its poison comes to letters
    }

    @Override
    public String act(FaultRun run) {
      int pages = timed ? 15 : 3;
      LoadFaults.pages(run, "warm", timed ? 5 : 1, () -> true);
      seed(run);
      searches(run, pages);
      var idlePages = LoadFaults.pages(run, "idle", pages, () -> true);
      var idleSearches = searches(run, pages * 10);
      try (var noise = new Noise(run, timed)) {
        noise.awaitRefusals();
        var pagesMeanwhile = LoadFaults.pages(run, "loaded", pages, () -> true);
        var searchesMeanwhile = searches(run, pages * 10);
        noise.stop();
        return noise.held() + "; " + compared("a page", idlePages, pagesMeanwhile, 0) + "; "
            + compared("a search", idleSearches, searchesMeanwhile, FAST_SECONDS);
      }
    }

    /** What the flood finds. */
    private static void seed(FaultRun run) {
      try (var api = run.api()) {
        for (int i = 0; i < 5; i++) {
          var text = MarkedText.of(970_000 + i, 1, 5);
          var entry = run.log().upsert(run.place().documentId("own-" + i), MarkedText.sha256(text));
          api.put(run.place().document("own-" + i), Map.of("title", "own", "content", text)).orThrow();
          entry.acknowledge();
        }
      }
    }

    /** Seconds that the other tenant's searches take; each must be answered, with what is its own. */
    private static List<Double> searches(FaultRun run, int count) {
      var times = new ArrayList<Double>();
      var random = new Random(count);
      try (var api = run.neighbour().open(run.system().access())) {
        for (int i = 0; i < count; i++) {
          long start = System.nanoTime();
          var found = api.post("/v1/retrieve", question(random, run.neighbour().knowledgeBaseId())).orThrow();
          times.add((System.nanoTime() - start) / 1e9);
          requireOwn(found.body(), run.neighbour().knowledgeBaseId());
        }
        // The other's knowledge base beside its own is no way in either.
        var both = api.post("/v1/retrieve", Map.of("query", MarkedText.question(random), "knowledge_base_ids",
            List.of(run.neighbour().knowledgeBaseId(), run.place().knowledgeBaseId())));
        if (both.status() != 404) {
          throw new IllegalStateException("a search in another tenant's knowledge base answers " + both.status());
        }
      }
      return times;
    }

    private String compared(String what, List<Double> idle, List<Double> loaded, double fast) {
      double factor = Figures.median(loaded) / Figures.median(idle);
      var note = String.format(Locale.ROOT, "%s idle %.3f s (p95 %.3f), meanwhile %.3f s (p95 %.3f): %.1f ×", what,
          Figures.median(idle), Figures.percentile(idle, 0.95), Figures.median(loaded),
          Figures.percentile(loaded, 0.95), factor);
      if (timed && factor > LoadFaults.BOUND && Figures.median(loaded) > fast) {
        throw new IllegalStateException(note);
      }
      return note;
    }
  }

  private static Map<String, Object> question(Random random, UUID knowledgeBase) {
    return Map.of("query", MarkedText.question(random), "knowledge_base_ids", List.of(knowledgeBase), "top_k", 10);
  }

  private static void requireOwn(JsonNode answer, UUID knowledgeBase) {
    answer.path("results").forEach(hit -> {
      if (!hit.path("knowledge_base_id").asString("").equals(knowledgeBase.toString())) {
        throw new IllegalStateException("a hit of another tenant: " + hit);
      }
    });
  }

  /** What the noisy tenant does, on threads of its own. */
  private static final class Noise implements AutoCloseable {
    private static final Duration STARTED = Duration.ofSeconds(30);
    private final FaultRun run;
    private final java.util.concurrent.ExecutorService threads = Executors.newFixedThreadPool(CALLERS + 2);
    private final AtomicLong granted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
    private final long start = System.nanoTime();
    private final Api limited;
    private volatile boolean stopped;
    private double seconds;

    Noise(FaultRun run, boolean whole) {
      this.run = run;
      try (var api = run.api()) {
        var key = api.post("/v1/api-keys", Map.of("name", "noisy", "role", "read", "rate_limit_per_minute", PER_MINUTE))
            .orThrow().body().path("api_key").asString();
        this.limited = Api.ofTenant(run.system().access().baseUrl(), key);
      }
      for (int i = 0; i < CALLERS; i++) {
        var random = new Random(i);
        threads.execute(() -> guarded(() -> search(random)));
      }
      threads.execute(() -> guarded(this::poison));
      double share = whole ? Math.min(1.0, run.scale() / 80.0) : 0.04;
      var files = HugeFiles.all(share).iterator();
      threads.execute(() -> guarded(() -> {
        while (!stopped && files.hasNext()) {
          var file = files.next();
          upload("huge-" + file.name(), file.name(), file.bytes());
        }
      }));
    }

    private void guarded(Runnable work) {
      try {
        work.run();
      } catch (RuntimeException e) {
        faults.add(String.valueOf(e.getMessage()));
      }
    }

    private void search(Random random) {
      while (!stopped) {
        Reply reply = limited.post("/v1/retrieve", question(random, run.place().knowledgeBaseId()));
        if (reply.isSuccess()) {
          granted.incrementAndGet();
          requireOwn(reply.body(), run.place().knowledgeBaseId());
        } else if (reply.status() == 429 || reply.status() == 503) {
          refused.incrementAndGet();
        } else {
          throw new IllegalStateException("a search of the flood is answered " + reply.status() + " " + reply.body());
        }
        FaultRun.pause(BETWEEN_CALLS);
      }
    }

    private void poison() {
      for (int round = 0; !stopped; round++) {
        for (var file : PoisonFiles.all()) {
          if (!stopped) {
            upload("poison-" + round + "-" + file.name(), file.name(), file.bytes());
          }
        }
      }
    }

    private void upload(String id, String name, byte[] bytes) {
      var entry = run.log().poison(run.place().documentId(id), MarkedText.sha256(bytes));
      try (var api = run.api()) {
        var reply = api.upload(run.place().documents() + "/upload", Map.of("title", id, "external_id", id), name,
            bytes);
        if (reply.isSuccess()) {
          entry.acknowledge();
          sent.incrementAndGet();
        } else if (reply.status() >= 400 && reply.status() < 500 && !reply.code().isEmpty()) {
          entry.refuse();
        } else if (!reply.isTransient()) {
          throw new IllegalStateException(id + " is answered " + reply.status() + " " + reply.body());
        }
      }
    }

    void awaitRefusals() {
      BooleanSupplier over = () -> refused.get() > 0 || !faults.isEmpty();
      FaultRun.await("the flood is over its limit", STARTED, over);
    }

    void stop() {
      stopped = true;
      seconds = (System.nanoTime() - start) / 1e9;
    }

    /** How the flood was held; it must have been. */
    String held() {
      @Nullable
      String fault = faults.peek();
      if (fault != null) {
        throw new IllegalStateException(fault);
      }
      double most = PER_MINUTE + BURST + PER_MINUTE * (seconds + 2) / 60;
      if (granted.get() > most || refused.get() == 0) {
        throw new IllegalStateException(granted + " searches of the flood were let through, " + refused + " refused");
      }
      return String.format(Locale.ROOT, "%d searches answered, %d refused, %d poison and huge files in %.0f s",
          granted.get(), refused.get(), sent.get(), seconds);
    }

    @Override
    public void close() {
      stopped = true;
      threads.shutdown();
      threads.close();
      limited.close();
    }
  }
}
