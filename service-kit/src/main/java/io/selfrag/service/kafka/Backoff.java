package io.selfrag.service.kafka;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before trying again: exponential, with jitter, bounded.
 *
 * @param first longest wait before the second try
 * @param longest bound of all waits
 */
public record Backoff(Duration first, Duration longest) {
  /** 100 ms at first, 30 s at most. */
  public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30));

  public Backoff {
    if (!first.isPositive() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException("first must be positive and not above longest");
    }
  }

  /**
   * The wait after a number of failures, between half and the whole of the exponential step.
   *
   * @param failures 1 or more
   */
  public Duration after(int failures, RandomGenerator random) {
    int doublings = Math.clamp(failures - 1, 0, 30);
    long step = Math.min(longest.toMillis(), first.toMillis() << doublings);
    return Duration.ofMillis(step / 2 + random.nextLong(step / 2 + 1));
  }
}
