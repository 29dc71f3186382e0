package io.selfrag.service.health;

import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Whether the cache answers; everything goes on without it, only slower, so that it is never down but degraded. */
public final class CacheHealth implements HealthComponent {
  private final ReactiveStringRedisTemplate redis;

  public CacheHealth(ReactiveStringRedisTemplate redis) {
    this.redis = redis;
  }

  @Override
  public String name() {
    return "cache";
  }

  @Override
  public boolean requiredForReady() {
    return false;
  }

  @Override
  public Mono<ComponentHealth> check() {
    // Connecting blocks.
    return redis.execute(connection -> connection.ping()).next().subscribeOn(Schedulers.boundedElastic())
        .thenReturn(ComponentHealth.ok())
        .onErrorReturn(ComponentHealth.degraded("the cache does not answer; work goes on without it"));
  }
}
