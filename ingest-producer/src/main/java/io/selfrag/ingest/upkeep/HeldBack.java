package io.selfrag.ingest.upkeep;

import io.selfrag.catalog.holds.ParkedVersions;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** Sends versions on that nothing holds back any more, and goes on with cancellations. Several replicas may do it at once. */
public final class HeldBack implements Upkeep.Chore {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final int SLICE = 200;

  private final ParkedVersions parked;
  private final Runnable nudge;

  /** @param nudge says that the outbox has something */
  public HeldBack(ParkedVersions parked, Runnable nudge) {
    this.parked = parked;
    this.nudge = nudge;
  }

  @Override
  public Mono<Long> round() {
    return parked.cancel(SLICE).zipWith(Mono.defer(() -> parked.release(SLICE)), Long::sum).timeout(LIMIT)
        .doOnNext(done -> {
          if (done > 0) {
            nudge.run();
          }
        });
  }
}
