package io.selfrag.ingest.upkeep;

import io.selfrag.catalog.holds.ParkedVersions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sends versions on that nothing holds back any more, and goes on with cancellations. Several replicas may do it at once. */
public final class HeldBack implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(HeldBack.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final int SLICE = 200;

  private final ParkedVersions parked;
  private final Runnable nudge;
  private volatile @Nullable Disposable running;

  /** @param nudge says that the outbox has something */
  public HeldBack(ParkedVersions parked, Runnable nudge) {
    this.parked = parked;
    this.nudge = nudge;
  }

  private Mono<Void> round() {
    return parked.cancel(SLICE).zipWith(Mono.defer(() -> parked.release(SLICE)), Long::sum).timeout(LIMIT)
        .doOnNext(done -> {
          if (done > 0) {
            nudge.run();
          }
        }).onErrorResume(failure -> {
          log.atWarn().setCause(failure).log("what is held back could not be looked at, trying again");
          return Mono.empty();
        }).then();
  }

  @Override
  public synchronized void start() {
    if (running == null) {
      running = Flux.interval(PERIOD).onBackpressureDrop().concatMap(_ -> round(), 1).subscribe();
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
