package io.selfrag.query.retrieve.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.selfrag.query.retrieve.Retrieval;
import java.util.Locale;

/**
 * Where the time of retrieval goes, {@code selfrag.retrieve.duration{stage}}, and which hits PostgreSQL did not confirm,
 * {@code selfrag.retrieve.dropped{reason}}; and what went on without a model that failed,
 * {@code selfrag.retrieve.degraded{stage}}.
 */
public final class RetrieveMetrics {
  private final MeterRegistry meters;

  public RetrieveMetrics(MeterRegistry meters) {
    this.meters = meters;
  }

  void record(Retrieval.Answer answer) {
    answer.stages().forEach((stage, time) -> Timer.builder("selfrag.retrieve.duration")
        .description("time that a search waits for a stage").tag("stage", stage).publishPercentileHistogram()
        .register(meters).record(time));
    if (answer.working().rerankFailed()) {
      degraded("rerank");
    }
    if (answer.working().expansion().failed()) {
      degraded("expand");
    }
    answer.dropped().forEach((reason, count) -> meters
        .counter("selfrag.retrieve.dropped", "reason", reason.name().toLowerCase(Locale.ROOT)).increment(count));
  }

  private void degraded(String stage) {
    meters.counter("selfrag.retrieve.degraded", "stage", stage).increment();
  }
}
