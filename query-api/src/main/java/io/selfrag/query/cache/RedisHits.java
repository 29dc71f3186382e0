package io.selfrag.query.cache;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.vectorstore.SearchResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.core.ReactiveRedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializationContext;
import org.springframework.data.redis.serializer.RedisSerializer;
import reactor.core.publisher.Mono;

/**
 * Hits in Redis, each with a time to live. Never fails: while Redis is away it is empty, and after a failure Redis is left alone for
 * a pause, so that an outage does not cost every search a time-out. Counts {@code selfrag.search.cache{result=hit|miss|error}}. Reading
 * blocks for a bounded time, writing does not. Safe for concurrent callers.
 */
public final class RedisHits {
  private static final Logger log = LoggerFactory.getLogger(RedisHits.class);
  private static final Duration LIMIT = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final ReactiveRedisTemplate<String, byte[]> redis;
  private final Duration timeToLive;
  private final InstantSource clock;
  private final Counter hits;
  private final Counter misses;
  private final Counter errors;
  /** Until when Redis is left alone; null while it answers. */
  private final AtomicReference<@Nullable Instant> pausedUntil = new AtomicReference<>();

  /** The connections are their opener's to close. */
  public RedisHits(ReactiveRedisConnectionFactory connections, Duration timeToLive, InstantSource clock,
      MeterRegistry metrics) {
    this.redis = new ReactiveRedisTemplate<>(connections,
        RedisSerializationContext.<String, byte[]>newSerializationContext(RedisSerializer.string())
            .value(RedisSerializer.byteArray()).build());
    this.timeToLive = timeToLive;
    this.clock = clock;
    this.hits = counter(metrics, "hit");
    this.misses = counter(metrics, "miss");
    this.errors = counter(metrics, "error");
  }

  private static Counter counter(MeterRegistry metrics, String result) {
    return Counter.builder("selfrag.search.cache").description("searches looked up in the cache of hits")
        .tag("result", result).register(metrics);
  }

  /** What is kept under the key; empty if nothing is, or Redis is away. */
  Optional<SearchResult> get(String key) {
    if (isPaused()) {
      misses.increment();
      return Optional.empty();
    }
    var kept = redis.opsForValue().get(key).timeout(LIMIT).doOnSuccess(_ -> answered()).flatMap(
        value -> Mono.justOrEmpty(HitBytes.read(value))).onErrorComplete(failure -> {
          failed(failure);
          return true;
        }).blockOptional();
    (kept.isPresent() ? hits : misses).increment();
    return kept;
  }

  /** Keeps hits under the key, some time soon. */
  void put(String key, SearchResult result) {
    if (!isPaused()) {
      redis.opsForValue().set(key, HitBytes.of(result), timeToLive).timeout(LIMIT).subscribe(_ -> answered(),
          this::failed);
    }
  }

  private boolean isPaused() {
    var until = pausedUntil.get();
    return until != null && clock.instant().isBefore(until);
  }

  private void answered() {
    if (pausedUntil.getAndSet(null) != null) {
      log.atInfo().log("cache of hits answers again");
    }
  }

  private void failed(Throwable failure) {
    errors.increment();
    if (pausedUntil.getAndSet(clock.instant().plus(PAUSE)) == null) {
      log.atWarn().setCause(failure).log("cache of hits is away: every search asks the index until it answers");
    }
  }
}
