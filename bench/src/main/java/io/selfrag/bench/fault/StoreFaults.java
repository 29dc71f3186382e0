package io.selfrag.bench.fault;

import java.time.Duration;

/** Servers that are away, frozen, slow or killed. */
final class StoreFaults {
  private static final Duration SLOW = Duration.ofSeconds(5);
  private static final Duration SHORT = Duration.ofSeconds(5);

  private StoreFaults() {}

  /** The vector store. */
  record VectorStoreAway() implements Fault {
    @Override
    public String id() {
      return "F5";
    }

    @Override
    public String what() {
      return "vector store away, then 5 s a call, then killed during upserts";
    }

    @Override
    public String act(FaultRun run) {
      run.load();
      run.system().storeAway();
      run.load();
      FaultRun.pause(run.outage());
      run.system().storeBack();
      run.load();
      run.system().storeSlow(SLOW);
      FaultRun.pause(run.outage());
      run.system().storeBack();
      run.load();
      run.system().storeAway();
      FaultRun.pause(Duration.ofSeconds(2));
      run.system().kill();
      run.startAgain();
      run.load();
      return "away and slow for " + run.outage().toSeconds() + " s each";
    }
  }

  /** The vector store, as a short sample of {@link VectorStoreAway}. */
  record VectorStoreAwayOnce() implements Fault {
    @Override
    public String id() {
      return "F5";
    }

    @Override
    public String what() {
      return "vector store away";
    }

    @Override
    public String act(FaultRun run) {
      run.load();
      run.system().storeAway();
      FaultRun.pause(run.outage());
      run.system().storeBack();
      run.load();
      return "away for " + run.outage().toSeconds() + " s";
    }
  }

  /** The database. */
  record DatabaseAway() implements Fault {
    @Override
    public String id() {
      return "F6";
    }

    @Override
    public String what() {
      return "PostgreSQL frozen, then killed in the middle of transactions";
    }

    @Override
    public String act(FaultRun run) {
      run.load();
      run.system().server("pause", "postgres");
      FaultRun.pause(run.outage());
      run.system().server("resume", "postgres");
      run.load();
      run.system().server("kill", "postgres");
      FaultRun.pause(SHORT);
      run.system().server("start", "postgres");
      run.load();
      return "frozen for " + run.outage().toSeconds() + " s, dead for " + SHORT.toSeconds() + " s";
    }
  }

  /** The cache. */
  record CacheAway() implements Fault {
    @Override
    public String id() {
      return "F7";
    }

    @Override
    public String what() {
      return "Redis killed, away, started";
    }

    @Override
    public String act(FaultRun run) {
      run.load();
      run.system().server("kill", "redis");
      run.load();
      FaultRun.pause(run.outage());
      run.system().server("start", "redis");
      run.load();
      return "away for " + run.outage().toSeconds() + " s";
    }
  }
}
