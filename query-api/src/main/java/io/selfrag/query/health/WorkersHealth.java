package io.selfrag.query.health;

import io.selfrag.query.operations.PipelineHistory;
import io.selfrag.query.operations.kafka.PipelineWatch;
import io.selfrag.schemas.PipelineWorker;
import io.selfrag.schemas.TopicNames;
import io.selfrag.service.health.HealthComponent;
import io.selfrag.service.health.HealthComponents;
import io.selfrag.service.health.LocalStages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Every worker of the pipeline, and the other stages of workers in this JVM. All workers of one answer share one look. */
public final class WorkersHealth implements HealthComponents {
  private static final Duration FRESH = Duration.ofSeconds(1);
  /** Below the time after which a component counts as down, for of workers nothing is known then. */
  private static final Duration LIMIT = Duration.ofMillis(1_600);

  private final List<HealthComponent> components;

  /** @param taken names of stages that are shown already */
  public WorkersHealth(PipelineWatch watch, TopicNames topics, LocalStages local, List<String> taken) {
    Mono<PipelineHistory> look = Mono.fromCallable(watch::look).subscribeOn(Schedulers.boundedElastic()).timeout(LIMIT)
        .cache(FRESH);
    var all = new ArrayList<HealthComponent>();
    for (PipelineWorker worker : PipelineWorker.values()) {
      all.add(new WorkerHealth(worker, topics, look, local.named(worker.stage()).orElse(null)));
    }
    var ofWorkers = Arrays.stream(PipelineWorker.values()).map(PipelineWorker::stage).collect(Collectors.toSet());
    local.stages().stream().filter(it -> !ofWorkers.contains(it.name()) && !taken.contains(it.name()))
        .forEach(all::add);
    components = List.copyOf(all);
  }

  @Override
  public List<HealthComponent> all() {
    return components;
  }
}
