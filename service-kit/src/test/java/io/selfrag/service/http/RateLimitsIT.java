package io.selfrag.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.selfrag.servers.LocalRedis;
import io.selfrag.servers.SharedServers;
import io.selfrag.service.limits.Allowance;
import io.selfrag.service.limits.RateLimitSettings;
import io.selfrag.service.limits.RateLimits;
import io.selfrag.service.limits.RouteClass;
import io.selfrag.service.limits.SharedBuckets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import reactor.core.publisher.Flux;

class RateLimitsIT {
  private static final RateLimitSettings TEN = new RateLimitSettings(8, 2, "");
  private static final Duration BACK = Duration.ofSeconds(20);

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final UUID key = UUID.randomUUID();
  private LettuceConnectionFactory redis;

  @BeforeEach
  void connect() {
    // With the frame comes what watches event loops, which must be there before they are.
    Frame.BLOCKED.clear();
    redis = connection(SharedServers.redisUrl());
  }

  @AfterEach
  void disconnect() {
    redis.destroy();
    var blocked = List.copyOf(Frame.BLOCKED);
    Frame.BLOCKED.clear();
    assertThat(blocked).isEmpty();
  }

  private static LettuceConnectionFactory connection(String url) {
    var factory = new LettuceConnectionFactory(LettuceConnectionFactory.createRedisConfiguration(url));
    factory.afterPropertiesSet();
    factory.start();
    return factory;
  }

  private RateLimits limits(LettuceConnectionFactory connection) {
    return new RateLimits(TEN, new SharedBuckets(connection, System::nanoTime), metrics, System::nanoTime);
  }

  /** Limits that have reached Redis. */
  private RateLimits sharing(LettuceConnectionFactory connection) {
    var limits = limits(connection);
    await().atMost(BACK).until(() -> {
      var other = UUID.randomUUID();
      limits.take(other, RouteClass.DEFAULT, null).block();
      return !names(connection, other).isEmpty();
    });
    return limits;
  }

  private double errors() {
    return metrics.get("selfrag.rate_limit.cache_errors").counter().count();
  }

  private static Set<byte[]> names(LettuceConnectionFactory connection, UUID credential) {
    return Objects.requireNonNull(connection.getConnection().keyCommands()
        .keys(("selfrag:rate:" + credential + ":*").getBytes(StandardCharsets.UTF_8)));
  }

  private Allowance take(RateLimits limits) {
    return Objects.requireNonNull(limits.take(key, RouteClass.DEFAULT, null).block());
  }

  @Test
  void manyRequestsAtOnceOnTwoReplicasAreGrantedAsManyTimesAsTheBucketHolds() {
    var here = sharing(redis);
    var there = sharing(redis);
    double errorsBefore = errors();

    var granted = Flux.range(0, 200).flatMap(i -> (i % 2 == 0 ? here : there).take(key, RouteClass.DEFAULT, null), 200)
        .filter(Allowance::granted).count().block();

    // One more may have come while they were asked.
    assertThat(granted).isBetween(10L, 11L);
    assertThat(errors()).isEqualTo(errorsBefore);
  }

  @Test
  void anotherReplicaGoesOnWhereThisOneStopped() {
    var here = sharing(redis);
    for (int i = 0; i < 10; i++) {
      assertThat(take(here).granted()).isTrue();
    }

    var refused = take(sharing(redis));
    assertThat(refused.granted()).isFalse();
    assertThat(refused.limit()).isEqualTo(8);
    assertThat(refused.remaining()).isZero();
    assertThat(refused.retryAfter()).isPositive().isLessThanOrEqualTo(Duration.ofMillis(7_500));
  }

  @Test
  void whatRemainsIsCountedWithoutTheBurst() {
    var limits = sharing(redis);
    assertThat(take(limits).remaining()).isEqualTo(7);
    assertThat(take(limits).remaining()).isEqualTo(6);
    for (int i = 0; i < 6; i++) {
      take(limits);
    }

    var burst = take(limits);
    assertThat(burst.granted()).isTrue();
    assertThat(burst.remaining()).isZero();
  }

  @Test
  void aLimitOfTheKeysOwnIsABucketOfItsOwnAndAChangedOneIsNew() {
    var limits = sharing(redis);
    for (int i = 0; i < 11; i++) {
      take(limits);
    }

    assertThat(limits.take(key, RouteClass.READ, 3).block().limit()).isEqualTo(3);
    assertThat(limits.take(key, RouteClass.DEFAULT, 3).block().remaining()).as("for all routes together").isEqualTo(1);
    assertThat(limits.take(key, RouteClass.DEFAULT, 4).block().remaining()).isEqualTo(3);
  }

  @Test
  void bucketsLeaveRedisByThemselves() {
    take(sharing(redis));

    var names = Objects
        .requireNonNull(redis.getConnection().keyCommands().keys(("selfrag:rate:" + key + "*").getBytes()));
    assertThat(names).hasSize(1);
    assertThat(redis.getConnection().keyCommands().pTtl(names.iterator().next())).isBetween(1L, 20_000L);
  }

  @Test
  void withoutRedisEachReplicaLimitsAloneAndSharesAgainWhenItIsBack(@TempDir Path folder) {
    var own = new LocalRedis(folder, 0);
    own.start();
    var connection = connection(own.url());
    try {
      var limits = sharing(connection);
      assertThat(take(limits).granted()).isTrue();

      double errorsBefore = errors();
      own.pause();
      long start = System.nanoTime();
      for (int i = 0; i < 10; i++) {
        assertThat(take(limits).granted()).isTrue();
      }
      assertThat(take(limits).granted()).as("limited all the same").isFalse();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).as("one waits for all").isLessThan(Duration.ofSeconds(3));
      assertThat(errors() - errorsBefore).isEqualTo(1);

      own.resume();
      await().atMost(BACK).untilAsserted(() -> {
        var other = UUID.randomUUID();
        limits.take(other, RouteClass.DEFAULT, null).block();
        assertThat(names(connection, other)).hasSize(1);
      });
    } finally {
      connection.destroy();
      own.stop();
    }
  }

  @Test
  void aRedisThatWasNeverThereKeepsNobodyWaiting() {
    var nowhere = connection("redis://localhost:1");
    try {
      var limits = limits(nowhere);
      for (int i = 0; i < 10; i++) {
        assertThat(take(limits).granted()).isTrue();
      }
      assertThat(take(limits).granted()).isFalse();
    } finally {
      nowhere.destroy();
    }
  }
}
