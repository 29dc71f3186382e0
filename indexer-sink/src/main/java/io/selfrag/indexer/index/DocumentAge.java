package io.selfrag.indexer.index;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.selfrag.catalog.index.IndexOutcome;
import io.selfrag.catalog.index.Version;
import io.selfrag.schemas.Lane;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** Measures how old a version is when it becomes searchable, from its acceptance on. */
public final class DocumentAge {
  private final MeterRegistry metrics;
  private final InstantSource clock;

  public DocumentAge(MeterRegistry metrics, InstantSource clock) {
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Counts what has become searchable now. */
  public void indexed(Lane lane, IndexOutcome outcome) {
    var timer = Timer.builder("selfrag.document.age").description("upload to searchable").tag("lane", lane.wireName())
        .publishPercentileHistogram().register(metrics);
    for (Version version : outcome.flipped()) {
      // A revision is the moment of acceptance in microseconds (S1); clocks may differ a little.
      var age = Duration.between(Instant.EPOCH.plus(version.revision(), ChronoUnit.MICROS), clock.instant());
      timer.record(age.isNegative() ? Duration.ZERO : age);
    }
  }
}
