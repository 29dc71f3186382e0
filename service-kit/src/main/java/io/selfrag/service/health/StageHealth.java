package io.selfrag.service.health;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What a worker says about itself; it is as well as the worst of its parts. Safe for concurrent callers. */
public final class StageHealth implements HealthComponent {
  private final String name;
  private final InstantSource clock;
  private final AtomicReference<ComponentHealth> own = new AtomicReference<>(ComponentHealth.ok());
  private final List<StageHealth> parts = new CopyOnWriteArrayList<>();

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
    return Mono.fromSupplier(this::current);
  }

  /** One of several that do the stage's work: that another one is well does not hide that this one is not. */
  public StageHealth part() {
    var part = new StageHealth(name, clock);
    parts.add(part);
    return part;
  }

  /** A piece of work was finished: all is well. */
  public void progressed() {
    own.set(new ComponentHealth(HealthStatus.OK, null, clock.instant()));
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
    return parts.stream().map(StageHealth::current).reduce(own.get(), StageHealth::worse);
  }

  private static ComponentHealth worse(ComponentHealth one, ComponentHealth other) {
    var worse = one.status().compareTo(other.status()) >= 0 ? one : other;
    return new ComponentHealth(worse.status(), worse.message(), later(one.lastProgress(), other.lastProgress()));
  }

  private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
    return one == null || (other != null && other.isAfter(one)) ? other : one;
  }

  private void set(HealthStatus status, @Nullable String message) {
    own.updateAndGet(before -> new ComponentHealth(status, message, before.lastProgress()));
  }
}
