package io.selfrag.service.health;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What a worker says about itself. Safe for concurrent callers. */
public final class StageHealth implements HealthComponent {
  private final String name;
  private final InstantSource clock;
  private final AtomicReference<ComponentHealth> current = new AtomicReference<>(ComponentHealth.ok());

  public StageHealth(String name, InstantSource clock) {
    this.name = name;
    this.clock = clock;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean requiredForReady() {
    return false;
  }

  @Override
  public Mono<ComponentHealth> check() {
    return Mono.fromSupplier(current::get);
  }

  /** A piece of work was finished: all is well. */
  public void progressed() {
    current.set(new ComponentHealth(HealthStatus.OK, null, clock.instant()));
  }

  /** All is well, with nothing to do. */
  public void ok() {
    set(HealthStatus.OK, null);
  }

  /** Waiting for something that is away; it goes on by itself. */
  public void degraded(String message) {
    set(HealthStatus.DEGRADED, message);
  }

  /** Stopped; someone must act. */
  public void down(String message) {
    set(HealthStatus.DOWN, message);
  }

  /** The state now. */
  public ComponentHealth current() {
    return current.get();
  }

  private void set(HealthStatus status, @Nullable String message) {
    current.updateAndGet(before -> new ComponentHealth(status, message, lastProgress(before)));
  }

  private static @Nullable Instant lastProgress(ComponentHealth before) {
    return before.lastProgress();
  }
}
