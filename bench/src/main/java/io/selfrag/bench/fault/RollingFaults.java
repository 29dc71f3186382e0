package io.selfrag.bench.fault;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.system.Workers;
import io.selfrag.bench.workload.MarkedText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Everything replaced while it works, in good order. */
final class RollingFaults {
  private RollingFaults() {}

  /** Queries to whichever replicas take them; none may fail. */
  private static final class Crowd implements AutoCloseable {
    private static final int THREADS = 3;
    private static final Duration PAUSE = Duration.ofMillis(150);

    private final List<String> urls;
    private final FaultRun run;
    private final AtomicLong asked = new AtomicLong();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private volatile boolean stopped;

    Crowd(FaultRun run, List<String> urls) {
      this.run = run;
      this.urls = urls;
      for (int i = 0; i < THREADS; i++) {
        var random = new Random(i);
        threads.execute(() -> ask(random));
      }
    }

    private void ask(Random random) {
      while (!stopped) {
        var url = urls.get((int) (asked.getAndIncrement() % urls.size()));
        try (var api = Api.ofTenant(url, run.place().apiKey())) {
          var reply = api.post("/v1/retrieve", Map.of("query", MarkedText.question(random), "knowledge_base_ids",
              List.of(run.place().knowledgeBaseId())));
          if (!reply.isSuccess()) {
            failures.add(reply.status() + " " + reply.body());
          }
        }
        FaultRun.pause(PAUSE);
      }
    }

    @Override
    public void close() {
      stopped = true;
      threads.shutdown();
      threads.close();
    }
  }

  /** SIGTERM to replicas of query-api, one after the other, and to workers under load. */
  record Restart() implements Fault {
    private static final int REPLICAS = 3;
    private static final int ROUNDS = 1;
    /** What a balancer needs to send nothing more to a replica that goes. */
    private static final Duration LEAVING = Duration.ofSeconds(1);
    /** Records of an embedder's batch at most. */
    private static final int BATCH = 128;

    @Override
    public String id() {
      return "F2";
    }

    @Override
    public String what() {
      return "SIGTERM to three replicas of query-api in turn, and to an embedder and a chunker under load";
    }

    @Override
    public String act(FaultRun run) {
      run.load();
      var replicas = new ArrayList<Workers>();
      var urls = new CopyOnWriteArrayList<String>();
      try {
        for (int i = 0; i < REPLICAS; i++) {
          add(run, replicas, urls);
        }
        long asked;
        List<String> failures;
        try (var crowd = new Crowd(run, urls)) {
          for (int i = 0; i < REPLICAS; i++) {
            add(run, replicas, urls);
            urls.removeFirst();
            FaultRun.pause(LEAVING);
            replicas.removeFirst().terminate();
          }
          for (int round = 0; round < ROUNDS; round++) {
            try (var workers = run.system().startWorkers()) {
              workers.add("embedder");
              workers.add("chunker");
              run.load();
              workers.terminate();
              run.load();
            }
          }
          asked = crowd.asked.get();
          failures = List.copyOf(crowd.failures);
        }
        return judged(asked, failures, redone(run));
      } finally {
        replicas.forEach(Workers::close);
      }
    }

    private static void add(FaultRun run, List<Workers> replicas, List<String> urls) {
      var replica = run.system().startWorkers();
      replicas.add(replica);
      urls.add(replica.serveQueries());
    }

    private static String judged(long asked, List<String> failures, int redone) {
      var note = asked + " queries to the replicas, " + failures.size() + " failed; " + redone
          + " chunks embedded twice";
      // Each time that a worker comes or goes, the groups of both lanes are shared out anew.
      if (!failures.isEmpty() || redone > BATCH * 2 * ROUNDS) {
        throw new IllegalStateException(note + failures.stream().limit(3).toList());
      }
      return note;
    }

    private static int redone(FaultRun run) {
      try (var wire = run.wire()) {
        return EmbeddedTwice.count(run, wire);
      }
    }
  }
}
