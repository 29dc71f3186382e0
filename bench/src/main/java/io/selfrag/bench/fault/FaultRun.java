package io.selfrag.bench.fault;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.ledger.AcceptedLog;
import io.selfrag.bench.ledger.LedgerCheck;
import io.selfrag.bench.system.SystemProcess;
import io.selfrag.bench.workload.Place;
import io.selfrag.bench.workload.QueryRecorder;
import io.selfrag.bench.workload.Workload;
import io.selfrag.catalog.ledger.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One fault's share of a system: tenants of its own, what was promised to them, and the load on them. For one thread. */
final class FaultRun implements AutoCloseable {
  private static final int TENANTS = 3;
  private static final Duration PROCEED = Duration.ofSeconds(60);
  private static final Duration RECORDER_PAUSE = Duration.ofMillis(80);

  private final SystemProcess system;
  private final StandInChatServer chat;
  private final Duration outage;
  private final int scale;
  private final long seed;
  private final List<Place> places;
  private final AcceptedLog log = new AcceptedLog();
  private final List<Violation> seen = new ArrayList<>();
  private @Nullable Workload workload;
  private @Nullable QueryRecorder recorder;
  private long calls;
  private long queries;

  /**
   * @param chat of the system
   * @param outage how long things stay away
   * @param scale calls between two steps of a fault
   */
  FaultRun(SystemProcess system, StandInChatServer chat, String name, Duration outage, int scale, long seed) {
    this.system = system;
    this.chat = chat;
    this.outage = outage;
    this.scale = scale;
    this.seed = seed;
    this.places = Place.create(system.access(), name, TENANTS);
  }

  SystemProcess system() {
    return system;
  }

  /** The server that the system's answers come from. */
  StandInChatServer chat() {
    return chat;
  }

  Duration outage() {
    return outage;
  }

  Place place() {
    return places.getFirst();
  }

  /** A tenant that the fault is not about. */
  Place neighbour() {
    return places.getLast();
  }

  AcceptedLog log() {
    return log;
  }

  int scale() {
    return scale;
  }

  /** Lets the load go on for a number of calls that fits the scale; starts it at first. */
  void load() {
    var running = workload;
    if (running == null) {
      running = new Workload(system::access, places, Workload.Mix.ofFaults(), log, seed);
      workload = running;
      watch();
    }
    running.proceed(scale, PROCEED);
  }

  /** Queries follow the system to where it is now. */
  void watch() {
    unwatch();
    if (workload != null) {
      recorder = workload.watch(2, RECORDER_PAUSE);
    }
  }

  /** Ends the queries, until they are begun again. */
  void unwatch() {
    if (recorder != null) {
      recorder.close();
      seen.addAll(recorder.violations());
      queries += recorder.answered();
      recorder = null;
    }
  }

  /** Starts the system after a kill; the load has been knocking all the time. */
  Duration startAgain() {
    var time = system.startAgain();
    watch();
    return time;
  }

  /** Ends the load; returns what queries saw that they must not have seen. */
  List<Violation> finish() {
    if (workload != null) {
      workload.close();
      calls = workload.calls();
      workload = null;
    }
    unwatch();
    return List.copyOf(seen);
  }

  long calls() {
    return calls;
  }

  long queries() {
    return queries;
  }

  Wire wire() {
    return new Wire(system.access().bootstrapServers());
  }

  Api api() {
    return place().open(system.access());
  }

  LedgerCheck ledger() {
    return LedgerCheck.open(system.access().databaseUrl(), system.access().index());
  }

  static void pause(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }

  static void await(String what, Duration limit, BooleanSupplier isSo) {
    long end = System.nanoTime() + limit.toNanos();
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("after " + limit.toSeconds() + " s not so: " + what);
      }
      pause(Duration.ofMillis(200));
    }
  }

  @Override
  public void close() {
    finish();
  }
}
