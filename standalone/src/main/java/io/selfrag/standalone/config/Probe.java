package io.selfrag.standalone.config;

import java.io.Closeable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * One connection and how it is tried.
 *
 * @param trial returns what is to be said beside "ok"; throws if there is no connection
 */
record Probe(String name, String address, Trial trial) {
  /** An attempt that may block. */
  @FunctionalInterface
  interface Trial {
    String run() throws Exception;
  }

  /** @param detail what was found, or why there is no connection */
  record Outcome(Probe probe, boolean ok, String detail) {
    String said() {
      return ok ? detail.isEmpty() ? "ok" : "ok: " + detail : "failed: " + detail;
    }
  }

  /** All at once, none for longer than the limit. */
  static List<Outcome> runAll(List<Probe> probes, ExecutorService threads, Duration limit) throws InterruptedException {
    var running = probes.stream().map(it -> threads.submit(it.trial()::run)).toList();
    long end = System.nanoTime() + limit.toNanos();
    var outcomes = Stream.<Outcome>builder();
    for (int i = 0; i < probes.size(); i++) {
      outcomes.add(outcome(probes.get(i), running.get(i), Math.max(0, end - System.nanoTime()), limit));
    }
    return outcomes.build().toList();
  }

  private static Outcome outcome(Probe probe, Future<String> running, long left, Duration limit)
      throws InterruptedException {
    try {
      return new Outcome(probe, true, Masked.text(running.get(left, TimeUnit.NANOSECONDS)));
    } catch (TimeoutException _) {
      running.cancel(true);
      return new Outcome(probe, false, "no answer within " + limit.toSeconds() + " s");
    } catch (ExecutionException e) {
      return new Outcome(probe, false, Masked.text(reason(e)));
    }
  }

  /** What the innermost cause says, in one line. */
  private static String reason(Throwable failure) {
    var said = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      said = cause.getMessage() == null ? said : cause;
    }
    var message = Objects.requireNonNullElse(said.getMessage(), said.getClass().getSimpleName());
    return message.lines().findFirst().orElse("").strip();
  }

  /** Closes what a trial opened, whatever came of it. */
  static String with(Closeable opened, Trial trial) throws Exception {
    try (opened) {
      return trial.run();
    }
  }
}
