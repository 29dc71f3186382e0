package io.selfrag.ingest.accept;

import io.selfrag.catalog.intake.AcceptingRevisions;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Forgets revisions whose send failed for good (S3): those that were never confirmed, whose command can no longer arrive, and
 * that order has not seen. Anything in doubt stays.
 */
public final class AcceptingReaper implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(AcceptingReaper.class);

  private final AcceptingRevisions revisions;
  private final OrderProgress order;
  private final Duration sendIsOver;
  private final Duration period;
  private volatile @Nullable Disposable running;

  /**
   * @param sendIsOver how long after acceptance a command can still reach the broker; well above {@code delivery.timeout.ms}
   */
  public AcceptingReaper(AcceptingRevisions revisions, OrderProgress order, Duration sendIsOver, Duration period) {
    this.revisions = revisions;
    this.order = order;
    this.sendIsOver = sendIsOver;
    this.period = period;
  }

  /** One round: notes horizons of what is overdue, and forgets what order has passed. Says how many were forgotten. */
  public Mono<Long> sweep() {
    var note = revisions.overdue(sendIsOver)
        .flatMap(overdue -> order.endOffsets().flatMap(horizon -> revisions.note(overdue, horizon)));
    var forget = revisions.horizons().concatMap(
        horizon -> order.hasPassed(horizon).filter(passed -> passed).flatMap(passed -> revisions.forget(horizon)));
    return note.then(forget.reduce(0L, Long::sum));
  }

  @Override
  public synchronized void start() {
    if (running == null) {
      running = Flux.interval(period, period).onBackpressureDrop().concatMap(tick -> sweep().doOnNext(forgotten -> {
        if (forgotten > 0) {
          log.atInfo().addKeyValue("results_count", forgotten).log("unsent revisions forgotten");
        }
      }).onErrorResume(failure -> {
        log.atWarn().setCause(failure).log("unsent revisions could not be looked after");
        return Mono.empty();
      }), 1).subscribe();
    }
  }

  @Override
  public synchronized void stop() {
    var current = running;
    running = null;
    if (current != null) {
      current.dispose();
    }
  }

  @Override
  public boolean isRunning() {
    return running != null;
  }
}
