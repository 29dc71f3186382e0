package io.selfrag.bench.fault;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Processes that die or freeze. */
final class ProcessFaults {
  /** Above the session time-out of every consumer, Streams included. */
  private static final Duration BEYOND_SESSION = Duration.ofSeconds(50);

  private ProcessFaults() {}

  /** The whole system at any moment and at the steps of the sink, and workers beside it. */
  record Kill() implements Fault {
    @Override
    public String id() {
      return "F1";
    }

    @Override
    public String what() {
      return "kill -9 of the whole system twice at any moment, before and after a write of the sink; of an embedder and a"
          + " chunker in a process of their own";
    }

    @Override
    public String act(FaultRun run) {
      run.load();
      run.system().kill();
      var first = run.startAgain();
      run.load();
      run.system().kill();
      var second = run.startAgain();
      run.load();
      run.system().dieBeforeUpsert();
      var third = run.startAgain();
      run.load();
      run.system().dieAfterUpsert();
      var fourth = run.startAgain();
      run.load();
      try (var workers = run.system().startWorkers()) {
        workers.add("embedder");
        workers.add("chunker");
        run.load();
        workers.kill();
        run.load();
      }
      return "starts after the kills: " + Stream.of(first, second, third, fourth).map(it -> it.toSeconds() + " s")
          .collect(Collectors.joining(", "));
    }
  }

  /** The whole system once, as a short sample of {@link Kill}. */
  record KillOnce() implements Fault {
    @Override
    public String id() {
      return "F1";
    }

    @Override
    public String what() {
      return "kill -9 of the whole system";
    }

    @Override
    public String act(FaultRun run) {
      run.load();
      run.system().kill();
      var start = run.startAgain();
      run.load();
      return "start after the kill: " + start.toSeconds() + " s";
    }
  }

  /** Workers that sleep through their session and come back. */
  record Zombie() implements Fault {
    @Override
    public String id() {
      return "F3";
    }

    @Override
    public String what() {
      return "an embedder and a chunker frozen beyond their session time-out, then resumed";
    }

    @Override
    public String act(FaultRun run) {
      try (var workers = run.system().startWorkers()) {
        workers.add("embedder");
        workers.add("chunker");
        run.load();
        workers.freeze();
        run.load();
        FaultRun.pause(BEYOND_SESSION);
        workers.thaw();
        run.load();
      }
      return "frozen for " + BEYOND_SESSION.toSeconds() + " s and more";
    }
  }

  /** The broker stopped and started, then killed with all that is around it. */
  record Broker() implements Fault {
    @Override
    public String id() {
      return "F4";
    }

    @Override
    public String what() {
      return "broker stopped, away, started; then kill -9 of the process that holds it";
    }

    @Override
    public String act(FaultRun run) {
      run.load();
      run.system().server("stop", "broker");
      FaultRun.pause(run.outage());
      run.system().server("start", "broker");
      run.load();
      run.system().kill();
      var start = run.startAgain();
      run.load();
      return "away for " + run.outage().toSeconds() + " s; start after the kill: " + start.toSeconds() + " s";
    }
  }

  /** Members of the group come and go. */
  record Storm() implements Fault {
    private static final int ROUNDS = 3;
    private static final int MORE = 3;
    /** Enough that the starts of new members, which cost a second of CPU each here, do not make the figure. */
    private static final int DOCUMENTS = 2000;
    private static final double LEAST = 0.7;

    @Override
    public String id() {
      return "F17";
    }

    @Override
    public String what() {
      return "embedders 1 → 4 → 1, again and again";
    }

    @Override
    public String act(FaultRun run) {
      var steady = BulkImport.time(run, "steady", DOCUMENTS);
      Duration stormy;
      try (var workers = run.system().startWorkers()) {
        // The process itself must not count: it warms up before the clock runs.
        workers.add("embedder");
        workers.remove("embedder");
        var storm = new BulkImport(run, "storm", DOCUMENTS);
        for (int round = 0; round < ROUNDS && !storm.isDone(); round++) {
          for (int i = 0; i < MORE; i++) {
            workers.add("embedder");
          }
          for (int i = 0; i < MORE; i++) {
            workers.remove("embedder");
          }
        }
        stormy = storm.await();
      }
      double share = (double) steady.toMillis() / Math.max(1, stormy.toMillis());
      var note = String.format(java.util.Locale.ROOT, "%d documents in %.1f s steady, %.1f s in the storm: %.0f %%",
          DOCUMENTS, steady.toMillis() / 1000.0, stormy.toMillis() / 1000.0, 100 * share);
      if (share < LEAST) {
        throw new IllegalStateException(note);
      }
      return note;
    }
  }
}
