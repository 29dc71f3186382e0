package io.selfrag.chunker.kafka;

import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.health.StageHealth;
import io.selfrag.service.kafka.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits out an outage inside one record's processing, well below the time limits of transaction and poll. When that is not
 * enough the failure goes on to the thread, which is replaced and reads the record again: nothing is skipped.
 */
public final class TransientRetry {
  private static final Logger LOG = LoggerFactory.getLogger(TransientRetry.class);

  private static final Duration MOMENT = Duration.ofMillis(250);

  private final Backoff backoff;
  private final Duration limit;
  private final InstantSource clock;
  private final Pause pause;
  private final RandomGenerator random;
  private final StageHealth health;

  /**
   * @param limit longest wait for one record
   */
  public TransientRetry(Backoff backoff, Duration limit, InstantSource clock, Pause pause, RandomGenerator random,
      StageHealth health) {
    this.backoff = backoff;
    this.limit = limit;
    this.clock = clock;
    this.pause = pause;
    this.random = random;
    this.health = health;
  }

  /** Does the work, again and again while its failure is transient and there is time. */
  <T> T call(Supplier<T> work) {
    Instant end = clock.instant().plus(limit);
    for (int failures = 1;; failures++) {
      try {
        return work.get();
      } catch (SelfRagException e) {
        var wait = backoff.after(failures, random);
        if (!e.isTransient() || clock.instant().plus(wait).isAfter(end)) {
          throw e;
        }
        health.degraded(e.code() + ": " + e.detail());
        LOG.atWarn().addKeyValue("code", e.code()).addKeyValue("failures", failures).log("waiting for a dependency");
        sleep(wait);
      }
    }
  }

  /** For work that is to be tried again later, by another record: keeps an idle queue from spinning. */
  void waitAMoment() {
    sleep(MOMENT);
  }

  private void sleep(Duration wait) {
    try {
      pause.sleep(wait);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
