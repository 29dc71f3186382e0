package io.selfrag.embedding.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.selfrag.embedding.CountingEmbedder;
import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.EmbedderContract;
import io.selfrag.embedding.hashing.HashingEmbedder;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.servers.LocalRedis;

/** A real Redis: the whole contract through the cache, and what happens when it dies. */
class RedisVectorCacheIT extends EmbedderContract {
  private static final AtomicInteger MODELS = new AtomicInteger(20);
  private static LocalRedis redis;
  private static LettuceConnectionFactory connections;
  private static RedisVectorCache cache;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    redis = new LocalRedis(folder, port);
    redis.start();
    connections = new LettuceConnectionFactory(LettuceConnectionFactory.createRedisConfiguration(redis.url()));
    connections.afterPropertiesSet();
    connections.start();
    cache = new RedisVectorCache(connections, Duration.ofHours(1), Duration.ofSeconds(10));
  }

  @AfterAll
  static void stop() {
    connections.destroy();
    redis.stop();
  }

  @Override
  protected Embedder open() {
    // a dimension of its own for each test: its keys are its own too
    return new CachingEmbedder(HashingEmbedder.create(MODELS.incrementAndGet()), cache, new SimpleMeterRegistry());
  }

  @Test
  void vectorsComeBackBitForBitAndAbsentOnesAreAbsent() {
    float[] vector = {0.1f, -0.0f, Float.MIN_VALUE, -3.25e20f};
    cache.put(Map.of("one", vector, "two", new float[]{1f}));

    Map<String, float[]> found = cache.get(List.of("two", "none", "one"));

    assertThat(found).containsOnlyKeys("one", "two");
    assertThat(found.get("one")).isEqualTo(vector);
  }

  @Test
  void vectorsExpire() {
    cache.put(Map.of("expiring", new float[]{1f}));

    Duration left = new ReactiveStringRedisTemplate(connections).getExpire("expiring").block(Duration.ofSeconds(10));

    assertThat(left).isBetween(Duration.ofMinutes(50), Duration.ofHours(1));
  }

  @Test
  void aRedisThatDiesMakesWorkSlowerAndNothingElse() {
    RedisVectorCache impatient = new RedisVectorCache(connections, Duration.ofHours(1), Duration.ofMillis(500));
    VectorCache tolerant = new OutageTolerantVectorCache(impatient, Duration.ofMillis(1),
        java.time.InstantSource.system(),
        new SimpleMeterRegistry());
    CountingEmbedder model = new CountingEmbedder(HashingEmbedder.create(MODELS.incrementAndGet()));
    Embedder embedder = new CachingEmbedder(model, tolerant, new SimpleMeterRegistry());
    float[] before = embedder.embedQuery("text");

    redis.kill();

    SelfRagException thrown = catchThrowableOfType(SelfRagException.class, () -> impatient.get(List.of("any")));
    assertThat(thrown.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    assertThat(embedder.embedQuery("text")).isEqualTo(before);
    assertThat(model.seen()).hasSize(2);
    redis.start();
    Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
      embedder.embedQuery("after");
      int seen = model.seen().size();
      embedder.embedQuery("after");
      assertThat(model.seen()).hasSize(seen);
    });
  }
}
