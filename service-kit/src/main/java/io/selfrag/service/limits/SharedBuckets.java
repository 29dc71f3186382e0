package io.selfrag.service.limits;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Buckets in Redis, over the connection that the factory's other users share. Connecting takes time and blocks, so it goes on in the
 * background and nobody waits for it. Safe for concurrent callers.
 */
public final class SharedBuckets {
  private static final Logger log = LoggerFactory.getLogger(SharedBuckets.class);
  private static final String PREFIX = "selfrag:rate:";
  /** A bucket that is full again is the same as none. */
  private static final Duration KEPT_WHEN_FULL = Duration.ofSeconds(10);
  private static final long PAUSE = Duration.ofSeconds(5).toNanos();

  private final LettuceConnectionFactory redis;
  private final LongSupplier nanoTime;
  private final AtomicBoolean connecting = new AtomicBoolean();
  private volatile long nextAttempt;
  private volatile @Nullable AsyncProxyManager<byte[]> opened;

  public SharedBuckets(LettuceConnectionFactory redis, LongSupplier nanoTime) {
    this.redis = redis;
    this.nanoTime = nanoTime;
    this.nextAttempt = nanoTime.getAsLong();
    connect();
  }

  /**
   * The bucket of this name, made when it is first used; null until Redis was reached for the first time. Requests that meet in one
   * bucket object are sent to Redis together, so it is to be kept.
   */
  @Nullable
  AsyncBucketProxy bucket(String name, BucketConfiguration configuration) {
    var buckets = opened;
    if (buckets == null) {
      connect();
      return null;
    }
    return buckets.builder().withOptimization(Optimizations.batching()).build(
        (PREFIX + name).getBytes(StandardCharsets.UTF_8), () -> CompletableFuture.completedFuture(configuration));
  }

  private void connect() {
    if (nanoTime.getAsLong() - nextAttempt >= 0 && connecting.compareAndSet(false, true)) {
      Mono.fromRunnable(this::open).subscribeOn(Schedulers.boundedElastic()).doFinally(end -> connecting.set(false))
          .subscribe(done -> {}, this::failed);
    }
  }

  private void failed(Throwable failure) {
    nextAttempt = nanoTime.getAsLong() + PAUSE;
    log.atWarn().setCause(failure).log("cache cannot be reached: each replica limits rates alone until it can");
  }

  @SuppressWarnings("unchecked") // The factory's codec is that of bytes.
  private void open() {
    var commands = (RedisAsyncCommands<byte[], byte[]>) redis.getConnection().getNativeConnection();
    opened = Bucket4jLettuce.casBasedBuilder(commands)
        .expirationAfterWrite(ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(KEPT_WHEN_FULL))
        .build().asAsync();
  }
}
