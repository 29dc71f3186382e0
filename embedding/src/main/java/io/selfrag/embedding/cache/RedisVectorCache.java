package io.selfrag.embedding.cache;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.core.ReactiveRedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializationContext;
import org.springframework.data.redis.serializer.RedisSerializer;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Vectors in Redis, four little-endian bytes a component, each with a time to live. One {@code MGET} a look-up; writes go
 * out together on one connection. Blocks at most the time-out: call it from worker threads only.
 */
public final class RedisVectorCache implements VectorCache {
  private final ReactiveRedisTemplate<String, byte[]> redis;
  private final Duration timeToLive;
  private final Duration timeout;

  /** The connections are their opener's to close. */
  public RedisVectorCache(ReactiveRedisConnectionFactory connections, Duration timeToLive, Duration timeout) {
    this.redis = new ReactiveRedisTemplate<>(connections,
        RedisSerializationContext.<String, byte[]>newSerializationContext(RedisSerializer.string())
            .value(RedisSerializer.byteArray()).build());
    this.timeToLive = timeToLive;
    this.timeout = timeout;
  }

  @Override
  public Map<String, float[]> get(List<String> keys) {
    if (keys.isEmpty()) {
      return Map.of();
    }
    List<byte[]> values = await(redis.opsForValue().multiGet(keys).defaultIfEmpty(List.of()));
    Map<String, float[]> vectors = new HashMap<>();
    for (int i = 0; i < values.size(); i++) {
      byte[] value = values.get(i);
      if (value != null && value.length > 0 && value.length % Float.BYTES == 0) {
        vectors.put(keys.get(i), decoded(value));
      }
    }
    return vectors;
  }

  @Override
  public void put(Map<String, float[]> vectors) {
    await(Flux.fromIterable(vectors.entrySet())
        .flatMap(entry -> redis.opsForValue().set(entry.getKey(), encoded(entry.getValue()), timeToLive)).count());
  }

  private <T> T await(Mono<T> answer) {
    T value = answer.timeout(timeout)
        .onErrorMap(e -> new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "the vector cache does not answer", e))
        .block();
    if (value == null) {
      throw new IllegalStateException("Redis gave no answer and no error");
    }
    return value;
  }

  private static byte[] encoded(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }

  private static float[] decoded(byte[] bytes) {
    float[] vector = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }
}
