package io.selfrag.query.operations.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.catalog.ledger.LedgerQueries;
import io.selfrag.catalog.ledger.OpenWork;
import io.selfrag.schemas.Lane;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * {@code selfrag.documents.open{stage,lane}} and {@code selfrag.documents.open.age{stage,lane}}: what was accepted and has not ended, and how
 * long the oldest has waited. Counted twice a minute, not at each scrape.
 */
public final class OpenWorkMetrics implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(OpenWorkMetrics.class);
  private static final Duration EVERY = Duration.ofSeconds(30);
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final List<String> STATES = List.of("accepting", "pending", "processing", "parked");

  private final LedgerQueries ledger;
  private final Disposable.Swap counting = Disposables.swap();
  private volatile Map<Place, OpenWork> open = Map.of();
  private volatile boolean running;

  /** Where open work stands. */
  private record Place(String state, String lane) {}

  public OpenWorkMetrics(LedgerQueries ledger, MeterRegistry meters) {
    this.ledger = ledger;
    for (String state : STATES) {
      for (Lane lane : Lane.values()) {
        var place = new Place(state, lane.wireName());
        gauge("selfrag.documents.open", null, "revisions that have not ended", place, OpenWork::revisions, meters);
        gauge("selfrag.documents.open.age", "seconds", "how long the oldest of them has waited", place,
            it -> it.oldest().toMillis() / 1000.0, meters);
      }
    }
  }

  private void gauge(String name, @Nullable String unit, String description, Place place,
      ToDoubleFunction<OpenWork> value, MeterRegistry meters) {
    Gauge.builder(name, this, it -> {
      var found = it.open.get(place);
      return found == null ? 0 : value.applyAsDouble(found);
    }).baseUnit(unit).description(description).tag("stage", place.state).tag("lane", place.lane)
        .register(meters);
  }

  @Override
  public void start() {
    running = true;
    counting.update(Flux.interval(Duration.ZERO, EVERY).onBackpressureDrop().concatMap(_ -> count()).subscribe());
  }

  private Mono<Void> count() {
    return ledger.openWork().collect(Collectors.toMap(it -> new Place(it.state(), it.lane()), it -> it)).timeout(LIMIT)
        .doOnNext(it -> open = Map.copyOf(it)).onErrorResume(e -> {
          log.atDebug().setCause(e).log("open work not counted this time");
          return Mono.empty();
        }).then();
  }

  @Override
  public void stop() {
    running = false;
    counting.update(Disposables.disposed());
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
