package io.selfrag.generation.remote;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Stops calling a server that fails one call after the other, so that callers hear so at once and the server can recover. After a
 * pause one call is let through; its fate decides for all.
 */
final class CircuitBreaker {
  static final int FAILURES_TO_OPEN = 5;
  static final Duration PAUSE = Duration.ofSeconds(10);

  private final InstantSource clock;
  /** The rest is guarded by this. */
  private int failures;
  private Instant openUntil = Instant.MIN;
  private boolean trying;

  CircuitBreaker(InstantSource clock) {
    this.clock = clock;
  }

  /** Whether a call may be made now; who may must say how it ended. */
  synchronized boolean mayCall() {
    if (failures < FAILURES_TO_OPEN) {
      return true;
    }
    if (trying || clock.instant().isBefore(openUntil)) {
      return false;
    }
    trying = true;
    return true;
  }

  synchronized void succeeded() {
    failures = 0;
    trying = false;
  }

  synchronized void failed() {
    failures++;
    trying = false;
    openUntil = clock.instant().plus(PAUSE);
  }

  /** The call ended for a reason that says nothing of the server: its caller went away, say. */
  synchronized void undecided() {
    trying = false;
  }
}
