package io.selfrag.ingest.waiting;

import io.selfrag.catalog.intake.RevisionKey;
import io.selfrag.catalog.intake.RevisionOutcome;
import io.selfrag.catalog.intake.RevisionOutcomes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Waits on rows, not on events (S24): one query in each period serves all waiters. The number of waiters is bounded; one too
 * many is answered with what is known now.
 */
public final class RevisionWaiters implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(RevisionWaiters.class);
  private static final int QUERY_SIZE = 500;
  /** A look that takes longer is given up, and the next one begins: a connection may be dead without anybody having said so. */
  private static final Duration LOOK_LIMIT = Duration.ofSeconds(10);

  private final RevisionOutcomes outcomes;
  private final Semaphore places;
  private final Duration period;
  private final Map<Waiter, MonoSink<RevisionOutcome>> waiters = new ConcurrentHashMap<>();
  private volatile @Nullable Disposable running;

  public RevisionWaiters(RevisionOutcomes outcomes, int maxWaiters, Duration period) {
    this.outcomes = outcomes;
    this.places = new Semaphore(maxWaiters);
    this.period = period;
  }

  /** Identity, not value: two requests may wait for one revision. */
  private static final class Waiter {
    final RevisionKey key;

    Waiter(RevisionKey key) {
      this.key = key;
    }
  }

  /** Where the revision stands once it is terminal or the time is over; empty if its row is gone. */
  public Mono<RevisionOutcome> await(RevisionKey key, Duration limit) {
    var now = outcomes.of(List.of(key)).next();
    return Mono.defer(() -> limit.isZero() ? now : terminal(key).timeout(limit, now).switchIfEmpty(now));
  }

  /** Empty at once if there are too many, and for those that wait when the service stops. */
  private Mono<RevisionOutcome> terminal(RevisionKey key) {
    return Mono.create(sink -> {
      if (!places.tryAcquire()) {
        sink.success();
        return;
      }
      var waiter = new Waiter(key);
      sink.onDispose(() -> {
        waiters.remove(waiter);
        places.release();
      });
      waiters.put(waiter, sink);
    });
  }

  int waiting() {
    return waiters.size();
  }

  private Mono<Void> poll() {
    var keys = waiters.keySet().stream().map(waiter -> waiter.key).distinct().toList();
    return Flux.fromIterable(keys).buffer(QUERY_SIZE).concatMap(outcomes::of).filter(RevisionOutcome::isTerminal)
        .collectMap(RevisionOutcome::key).timeout(LOOK_LIMIT).doOnNext(this::tell).then().onErrorResume(failure -> {
          log.atWarn().setCause(failure).log("waiting requests could not be looked after");
          return Mono.empty();
        });
  }

  private void tell(Map<RevisionKey, RevisionOutcome> terminal) {
    for (var entry : Set.copyOf(waiters.entrySet())) {
      var outcome = terminal.get(entry.getKey().key);
      if (outcome != null) {
        entry.getValue().success(outcome);
      }
    }
  }

  @Override
  public synchronized void start() {
    if (running == null) {
      running = Mono.defer(() -> waiters.isEmpty() ? Mono.<Void>empty() : poll())
          .then(Mono.delay(period)).repeat().subscribe();
    }
  }

  @Override
  public synchronized void stop() {
    var current = running;
    running = null;
    if (current != null) {
      current.dispose();
    }
    Set.copyOf(waiters.values()).forEach(MonoSink::success);
  }

  @Override
  public boolean isRunning() {
    return running != null;
  }
}
