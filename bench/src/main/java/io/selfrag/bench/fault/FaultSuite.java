package io.selfrag.bench.fault;

import io.selfrag.bench.system.SystemProcess;
import io.selfrag.catalog.ledger.Violation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Does faults to one system, one after the other on the same data, and checks the ledger of all of it after each. After one that
 * was not passed the next begins with a new system, so that it is not blamed for what it found.
 */
public final class FaultSuite {
  /** Longer than the lease of a sweeper that was killed (2 min), which is what takes longest. */
  private static final Duration SETTLE = Duration.ofMinutes(5);
  private static final String HEAP = "1g";

  private final Path folder;
  private final Duration outage;
  private final int scale;
  private final long seed;

  /**
   * @param folder for the systems' data
   * @param outage how long things stay away
   * @param scale calls of the load between two steps
   */
  public FaultSuite(Path folder, Duration outage, int scale, long seed) {
    this.folder = folder;
    this.outage = outage;
    this.scale = scale;
    this.seed = seed;
  }

  /** Every fault of the standalone form. */
  static List<Fault> whole() {
    return List.of(new ProcessFaults.Kill(), new RollingFaults.Restart(), new ProcessFaults.Zombie(),
        new ProcessFaults.Broker(),
        new StoreFaults.VectorStoreAway(), new StoreFaults.DatabaseAway(), new StoreFaults.CacheAway(),
        new ModelFaults.ChatModelAway(),
        new OrderFaults.Replay(), new OrderFaults.OutOfOrder(), new OrderFaults.ManyVersions(),
        new DataFaults.Poison(), new ProcessFaults.Storm(), new DataFaults.MixedSchemas(), new LoadFaults.NoisyTenant(),
        new LoadFaults.Huge(), new NoisyFaults.Tenant(true), new AccessFaults.Revoked(), new NetworkFaults.Broker(),
        new EmbeddingFaults.Away(),
        new EmbeddingFaults.Wrong(), new ReplayFaults.Twice(), new ScaleFaults.Embedders(),
        new ReindexFaults.OtherModel(), new HoldFaults.Killed(), new LostIndexFaults.Copied(),
        new LostIndexFaults.Rebuilt(), DiskFaults.Full.each(), DiskFaults.Full.one());
  }

  /** A few short ones that touch everything. */
  static List<Fault> sample() {
    return List.of(new StoreFaults.VectorStoreAwayOnce(), new OrderFaults.OutOfOrder(), new NoisyFaults.Tenant(false),
        new ProcessFaults.KillOnce());
  }

  /** Does all faults, or those whose ids are given. */
  public List<FaultOutcome> runWhole(List<String> only, Consumer<FaultOutcome> progress) {
    return run(whole().stream().filter(it -> only.isEmpty() || only.contains(it.id())).toList(), progress);
  }

  /** Does the short selection. */
  public List<FaultOutcome> runSample() {
    return run(sample(), _ -> {});
  }

  private List<FaultOutcome> run(List<Fault> faults, Consumer<FaultOutcome> progress) {
    var outcomes = new ArrayList<FaultOutcome>();
    int systems = 0;
    SystemProcess system = null;
    try (var chat = new StandInChatServer()) {
      var settings = Map.of("EMBEDDING_PROVIDER", "hashing", "LLM_PROVIDER", "openai", "LLM_BASE_URL", chat.baseUrl(),
          "LLM_MODEL", StandInChatServer.MODEL);
      for (Fault fault : faults) {
        if (fault.wantsItsOwnSystem()) {
          var outcome = alone(fault, settings, folder.resolve("system-" + systems++), chat);
          outcomes.add(outcome);
          progress.accept(outcome);
          continue;
        }
        if (system == null) {
          system = SystemProcess.start(folder.resolve("system-" + systems++), settings, HEAP);
        }
        var outcome = one(fault, system, chat);
        outcomes.add(outcome);
        progress.accept(outcome);
        if (outcome.isFailed()) {
          system.kill();
          system = null;
        }
      }
    } finally {
      if (system != null) {
        system.close();
      }
    }
    return outcomes;
  }

  private FaultOutcome alone(Fault fault, Map<String, String> usual, Path data, StandInChatServer chat) {
    var settings = new HashMap<>(usual);
    settings.putAll(fault.settings());
    try {
      try {
        fault.prepare(data);
      } catch (SmallDisk.NotAllowedException e) {
        return FaultOutcome.skipped(fault, String.valueOf(e.getMessage()));
      }
      try (var system = SystemProcess.start(data, settings, HEAP)) {
        return one(fault, system, chat);
      }
    } finally {
      fault.release();
    }
  }

  private FaultOutcome one(Fault fault, SystemProcess system, StandInChatServer chat) {
    long start = System.nanoTime();
    var problems = new ArrayList<String>();
    var note = "";
    try (var run = new FaultRun(system, chat, fault.id().toLowerCase(java.util.Locale.ROOT) + "-" + seed, outage,
        scale, seed)) {
      long letters = deadLetters(run);
      try {
        note = fault.act(run);
      } catch (IllegalStateException e) {
        problems.add(causes(e));
      }
      long acted = System.nanoTime();
      try {
        run.finish().stream().map(Violation::toString).forEach(problems::add);
        settleAndCheck(run, fault, letters, problems);
      } catch (IllegalStateException e) {
        problems.add(causes(e));
      }
      return new FaultOutcome(fault.id(), fault.what(), false, problems, Duration.ofNanos(System.nanoTime() - start),
          Duration.ofNanos(System.nanoTime() - acted), run.calls(), run.queries(), note);
    }
  }

  private static String causes(Throwable failure) {
    var text = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      text.append(text.isEmpty() ? "" : ": ").append(cause.getMessage());
    }
    return text.toString();
  }

  private static void settleAndCheck(FaultRun run, Fault fault, long lettersBefore, List<String> problems) {
    try (var ledger = run.ledger()) {
      var backlog = ledger.awaitSettled(SETTLE);
      if (!backlog.isEmpty()) {
        problems.add("not settled after " + SETTLE.toSeconds() + " s: " + backlog);
      }
      ledger.check(run.log()).violations().stream().map(Violation::toString).forEach(problems::add);
      long letters = ledger.counts().deadLetters() - lettersBefore;
      if (fault.isOutage() && letters > 0) {
        problems.add("an outage made " + letters + " dead letters");
      }
    }
  }

  private static long deadLetters(FaultRun run) {
    try (var ledger = run.ledger()) {
      return ledger.counts().deadLetters();
    }
  }
}
