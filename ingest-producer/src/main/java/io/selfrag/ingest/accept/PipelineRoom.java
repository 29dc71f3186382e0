package io.selfrag.ingest.accept;

import io.selfrag.catalog.intake.IntakeChecks;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Holds the number of unfinished documents of all tenants below a limit: what is accepted faster than it is processed piles up on
 * the brokers' disks. It is counted about once a second, and what was admitted since is added; the limit is met closely, not exactly.
 */
public final class PipelineRoom {
  private static final Logger log = LoggerFactory.getLogger(PipelineRoom.class);
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int COST = 20;
  /** As long as the server lets a statement run; a count that takes longer has lost its connection. */
  private static final Duration COUNT_LIMIT = Duration.ofSeconds(30);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  private final IntakeChecks checks;
  private final int maxOpen;
  private final LongSupplier nanoTime;
  private final AtomicLong open = new AtomicLong();
  private final AtomicBoolean counting = new AtomicBoolean();
  private volatile long freshUntil;

  /**
   * @param maxOpen with as many unfinished documents no more are taken
   */
  public PipelineRoom(IntakeChecks checks, int maxOpen, LongSupplier nanoTime) {
    this.checks = checks;
    this.maxOpen = maxOpen;
    this.nanoTime = nanoTime;
    this.freshUntil = nanoTime.getAsLong() - 1;
  }

  /** Completes with room for as many documents, or fails with {@code PIPELINE_SATURATED}. */
  Mono<Void> admit(int documents) {
    return Mono.defer(() -> refreshed().then(Mono.defer(() -> {
      if (open.get() >= maxOpen) {
        return Mono.error(saturated());
      }
      open.addAndGet(documents);
      return Mono.empty();
    })));
  }

  /** Completes once there is room, or when the time is over. */
  public Mono<Void> await(Duration limit) {
    var room = Mono.defer(() -> refreshed()
        .then(Mono.defer(() -> open.get() >= maxOpen ? Mono.<Void>error(saturated()) : Mono.<Void>empty())));
    return room.retryWhen(Retry.fixedDelay(limit.dividedBy(LOOK_AGAIN), LOOK_AGAIN).filter(PipelineRoom::isSaturated))
        .onErrorComplete(Exceptions::isRetryExhausted);
  }

  private Mono<Void> refreshed() {
    if (nanoTime.getAsLong() - freshUntil < 0 || !counting.compareAndSet(false, true)) {
      return Mono.empty();
    }
    return Mono.defer(() -> {
      long start = nanoTime.getAsLong();
      return checks.open(maxOpen).timeout(COUNT_LIMIT).doOnNext(counted -> {
        long now = nanoTime.getAsLong();
        open.set(counted);
        // Counting many takes long, and must not become what the database does.
        freshUntil = now + Math.max(FRESH_NANOS, (now - start) * COST);
      });
    }).then().onErrorResume(failure -> {
      log.atDebug().setCause(failure).log("open documents could not be counted");
      return Mono.empty();
    }).doFinally(signal -> counting.set(false));
  }

  private static boolean isSaturated(Throwable failure) {
    return failure instanceof SelfRagException it && it.code() == ErrorCode.PIPELINE_SATURATED;
  }

  private SelfRagException saturated() {
    return new SelfRagException(ErrorCode.PIPELINE_SATURATED,
        "as many documents are waiting as the pipeline may hold; send this one again later");
  }
}
