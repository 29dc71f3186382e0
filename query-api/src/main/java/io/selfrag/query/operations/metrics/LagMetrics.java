package io.selfrag.query.operations.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.query.operations.PipelineHistory;
import io.selfrag.schemas.PipelineWorker;
import io.selfrag.schemas.TopicNames;

/** {@code selfrag.pipeline.lag{topic,group}}: records that wait for each worker, as of the last look; alerts and scaling use it. */
public final class LagMetrics {
  private LagMetrics() {}

  /** Registers a gauge for each worker and topic. */
  public static void register(PipelineHistory history, TopicNames topics, MeterRegistry meters) {
    for (PipelineWorker worker : PipelineWorker.values()) {
      var group = worker.group(topics);
      for (String topic : worker.topics(topics)) {
        Gauge.builder("selfrag.pipeline.lag", history, it -> lag(it, group, topic))
            .description("records that wait for a group").tag("topic", topic).tag("group", group)
            .strongReference(true).register(meters);
      }
    }
  }

  private static double lag(PipelineHistory history, String group, String topic) {
    return history.latest().map(it -> (double) it.waiting(group, topic).values().stream().mapToLong(Long::longValue)
        .sum()).orElse(Double.NaN);
  }
}
