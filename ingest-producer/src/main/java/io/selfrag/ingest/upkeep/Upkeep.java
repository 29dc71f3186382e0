package io.selfrag.ingest.upkeep;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Does its chores one after the other, again and again; one that fails is tried again with the next round. */
public final class Upkeep implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

  /** What is left after it is done in the next round; it ends a chore whose connection is dead. */
  private static final Duration CHORE_LIMIT = Duration.ofMinutes(10);

  private final Map<String, Chore> chores;
  private final Duration period;
  private volatile @Nullable Disposable running;

  /** Something that may be done at any time, by several replicas at once. */
  @FunctionalInterface
  public interface Chore {
    /** Says how many things were removed, or done. */
    Mono<Long> round();
  }

  /**
   * @param chores by what they remove, or send on
   */
  public Upkeep(Map<String, Chore> chores, Duration period) {
    this.chores = Map.copyOf(chores);
    this.period = period;
  }

  /** One round of all. */
  public Mono<Void> round() {
    return Flux.fromIterable(chores.entrySet())
        .concatMap(it -> Mono.defer(it.getValue()::round).timeout(CHORE_LIMIT).doOnNext(removed -> {
          if (removed > 0) {
            log.atInfo().addKeyValue("removed", it.getKey()).addKeyValue("results_count", removed).log("upkeep done");
          }
        }).onErrorResume(failure -> {
          log.atWarn().addKeyValue("removed", it.getKey()).setCause(failure).log("upkeep failed, trying again later");
          return Mono.empty();
        })).then();
  }

  @Override
  public synchronized void start() {
    if (running == null) {
      running = Flux.interval(period).onBackpressureDrop().concatMap(tick -> round(), 1).subscribe();
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
