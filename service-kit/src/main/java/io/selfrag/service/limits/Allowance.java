package io.selfrag.service.limits;

import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;

/**
 * What the bucket said about one request.
 *
 * @param limit requests of a period
 * @param remaining of them; the burst comes on top and is not counted here
 * @param untilFull until all of them are there again
 * @param retryAfter until one more request is possible; zero if this one was
 */
public record Allowance(boolean granted, long limit, long remaining, Duration untilFull, Duration retryAfter) {
  static Allowance of(ConsumptionProbe probe, Rate rate, int burst) {
    return new Allowance(probe.isConsumed(), rate.requests(), Math.max(0, probe.getRemainingTokens() - burst),
        Duration.ofNanos(probe.getNanosToWaitForReset()), Duration.ofNanos(probe.getNanosToWaitForRefill()));
  }

  /** Refused, as it was before and will be for a while. */
  static Allowance refused(Rate rate, Duration retryAfter) {
    return new Allowance(false, rate.requests(), 0, rate.period(), retryAfter);
  }
}
