package io.selfrag.ingest.accept;

import io.selfrag.catalog.intake.AcceptingRevisions;
import io.selfrag.catalog.intake.AcceptingRevisions.Horizon;
import io.selfrag.ingest.accept.PipelineProgress.Reader;
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
 * of which order said nothing. What order said is known here only when the projection has passed it; until then, as while it is down,
 * everything stays that may have been sent.
 */
public final class AcceptingReaper implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(AcceptingReaper.class);

  /** What is left after it is done in the next round; it ends a round whose connection is dead. */
  private static final Duration ROUND_LIMIT = Duration.ofMinutes(2);

  private final AcceptingRevisions revisions;
  private final PipelineProgress progress;
  private final Duration sendIsOver;
  private final Duration period;
  private volatile @Nullable Disposable running;

  /**
   * @param sendIsOver how long after acceptance a command can still reach the broker; well above {@code delivery.timeout.ms}
   */
  public AcceptingReaper(AcceptingRevisions revisions, PipelineProgress progress, Duration sendIsOver,
      Duration period) {
    this.revisions = revisions;
    this.progress = progress;
    this.sendIsOver = sendIsOver;
    this.period = period;
  }

  /**
   * One round: notes where commands end for what is overdue; once order has passed that, where the timeline ends; and once the
   * projection has passed that too, forgets. Says how many were forgotten.
   */
  public Mono<Long> sweep() {
    var note = revisions.overdue(sendIsOver)
        .flatMap(overdue -> progress.end(Reader.ORDER).flatMap(end -> revisions.note(overdue, end)));
    var advance = passed(Reader.ORDER).concatMap(
        ordered -> progress.end(Reader.PROJECTION).flatMap(end -> revisions.advance(ordered, end)));
    var forget = passed(Reader.PROJECTION).concatMap(revisions::forget);
    return note.thenMany(advance).then(forget.reduce(0L, Long::sum));
  }

  private Flux<Horizon> passed(Reader reader) {
    return revisions.horizons().filter(it -> progress.readerOf(it) == reader).filterWhen(progress::hasPassed);
  }

  @Override
  public synchronized void start() {
    if (running == null) {
      running = Flux.interval(period, period).onBackpressureDrop()
          .concatMap(tick -> sweep().timeout(ROUND_LIMIT).doOnNext(forgotten -> {
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
