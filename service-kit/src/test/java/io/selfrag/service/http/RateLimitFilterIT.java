package io.selfrag.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.service.http.Frame.Answer;
import io.selfrag.service.http.Frame.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

/** Alone: a Redis that answers late is one that is away, and then each replica counts for itself. */
@Isolated
class RateLimitFilterIT {
  private static final String READ = "/v1/things/" + UUID.fromString("0b5e7d6a-93c2-4a56-9a35-3f1f6f0f7a11");
  private static Frame frame;

  @BeforeAll
  static void start() {
    frame = Frame.start(
        Map.of("RATE_LIMITS", "default=6/minute,read=3/hour,admin=5/minute", "RATE_LIMIT_BURST", 1));
    // Until Redis was reached for the first time this replica has buckets of its own, and its tests' keys would have two.
    var redis = frame.context.getBean(ReactiveStringRedisTemplate.class);
    await().atMost(Duration.ofSeconds(30)).until(() -> {
      var key = frame.key("read");
      frame.get(key, READ);
      return redis.keys("selfrag:rate:" + key.id() + "*").hasElements().block();
    });
  }

  @AfterAll
  static void stop() {
    frame.close();
  }

  @AfterEach
  void nothingBlockedAnEventLoop() {
    var blocked = List.copyOf(Frame.BLOCKED);
    Frame.BLOCKED.clear();
    assertThat(blocked).isEmpty();
  }

  @Test
  void everyAnswerSaysWhatIsLeftAndTheOneTooManyWhenToComeBack() {
    var key = frame.key("read");

    for (int left : List.of(2, 1, 0, 0)) {
      var answer = frame.get(key, READ);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("RateLimit-Limit")).isEqualTo("3");
      assertThat(answer.header("RateLimit-Remaining")).isEqualTo(String.valueOf(left));
      assertThat(Integer.parseInt(answer.header("RateLimit-Reset"))).isBetween(1, 4800);
      assertThat(answer.header("Retry-After")).isEmpty();
    }
    var refused = refused(frame.get(key, READ));
    assertThat(refused.header("RateLimit-Limit")).isEqualTo("3");
    assertThat(refused.header("RateLimit-Remaining")).isEqualTo("0");
    assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1100, 1200);
    assertThat(refused.header("content-type")).startsWith("application/problem+json");
  }

  @Test
  void readsAndOtherRoutesAreLimitedApartAndSoIsEachKey() {
    var key = frame.key("admin");
    useUp(key, READ);

    assertThat(frame.post(key, "/v1/things", "{\"name\": \"n\"}").header("RateLimit-Limit")).isEqualTo("6");
    assertThat(frame.get(frame.key("admin"), READ).status()).isEqualTo(200);
  }

  @Test
  void theLimitIsCheckedBeforeTheRoleAndTheBody() {
    var key = frame.key("read");
    for (int i = 0; i < 7; i++) {
      assertThat(frame.post(key, "/v1/things", "{no json").status()).isEqualTo(403);
    }

    refused(frame.post(key, "/v1/things", "{no json"));
  }

  @Test
  void whatIsNotThereCountsToo() {
    var key = frame.key("read");
    for (int i = 0; i < 7; i++) {
      assertThat(frame.get(key, "/v1/nothing").status()).isEqualTo(404);
    }

    refused(frame.get(key, "/v1/nothing"));
  }

  @Test
  void aKeysOwnLimitIsForAllItsRoutes() {
    var key = frame.key("admin");
    frame.sql("update api_keys set rate_limit_per_minute = 2 where id = '" + key.id() + "'");

    assertThat(frame.get(key, READ).header("RateLimit-Limit")).isEqualTo("2");
    assertThat(frame.post(key, "/v1/things", "{\"name\": \"n\"}").header("RateLimit-Remaining")).isEqualTo("0");
    assertThat(frame.get(key, READ).status()).isEqualTo(200);
    refused(frame.get(key, READ));
  }

  @Test
  void aDisabledTenantsKeyIsRefusedNoOftenerThanItMayCall() {
    var key = frame.key("read");
    frame.sql("update tenants set status = 'disabled' where id = '" + key.tenant() + "'");
    for (int i = 0; i < 4; i++) {
      assertThat(frame.get(key, READ).code()).isEqualTo("TENANT_DISABLED");
    }

    refused(frame.get(key, READ));
  }

  @Test
  void anotherReplicaKnowsWhatWasUsedHere() {
    var key = frame.key("read");
    useUp(key, READ);

    try (var replica = frame.replica(Map.of("RATE_LIMITS", "read=3/hour", "RATE_LIMIT_BURST", 1))) {
      refused(replica.get(key, READ));
    }
  }

  @Test
  void aRequestOverALimitThatOtherReplicasUsedUpCostsTheDatabaseNothingEither() {
    var key = frame.key("read");
    assertThat(frame.get(key, READ).status()).isEqualTo(200);
    try (var replica = frame.replica(Map.of("RATE_LIMITS", "read=3/hour", "RATE_LIMIT_BURST", 1))) {
      for (int i = 0; i < 3; i++) {
        assertThat(replica.get(key, READ).status()).isEqualTo(200);
      }
    }

    var stale = Instant.now().plus(CallerDirectory.CACHED);
    await().until(() -> Instant.now().isAfter(stale));
    frame.sql("alter table api_keys rename to api_keys_away");
    try {
      refused(frame.get(key, READ));
    } finally {
      frame.sql("alter table api_keys_away rename to api_keys");
    }
  }

  @Test
  void operatorsAreLimitedAsWell() {
    Answer answer = frame.get(null, "/admin/secrets", "X-Admin-Token", Frame.ADMIN_TOKEN);
    assertThat(answer.header("RateLimit-Limit")).isEqualTo("5");
    await().pollInterval(Duration.ofMillis(10)).untilAsserted(
        () -> refused(frame.get(null, "/admin/secrets", "X-Admin-Token", Frame.ADMIN_TOKEN)));
  }

  @Test
  void aRequestOverTheLimitCostsTheDatabaseNothing() {
    var key = frame.key("read");
    useUp(key, READ);
    frame.sql("alter table api_keys rename to api_keys_away");
    try {
      // Longer than what was read of the key may be used.
      await().pollDelay(CallerDirectory.CACHED.plusMillis(200)).untilAsserted(() -> refused(frame.get(key, READ)));
    } finally {
      frame.sql("alter table api_keys_away rename to api_keys");
    }
  }

  @Test
  void aKeyRevokedWhileItIsOverItsLimitIsSaidToBeInvalidOnceThatIsHeardOf() {
    var key = frame.key("read");
    useUp(key, READ);
    frame.sql("update api_keys set revoked_at = now() where id = '" + key.id() + "'");
    frame.context.getBean(CredentialChanges.class).announce().block();

    for (int i = 0; i < 3; i++) {
      assertThat(frame.get(key, READ).code()).isEqualTo("INVALID_API_KEY");
    }
  }

  @Test
  void aKeyThatExpiresWhileItIsOverItsLimitIsSaidToBeInvalidWithoutAWord() {
    var key = frame.key("read");
    frame.sql("update api_keys set expires_at = now() + interval '2 seconds' where id = '" + key.id() + "'");
    useUp(key, READ);

    await().untilAsserted(() -> assertThat(frame.get(key, READ).code()).isEqualTo("INVALID_API_KEY"));
  }

  @Test
  void whatNeedsNoCredentialIsNotLimited() {
    for (int i = 0; i < 20; i++) {
      assertThat(frame.get(null, "/health").status()).isEqualTo(200);
    }
    assertThat(frame.get(null, "/health").header("RateLimit-Limit")).isEmpty();
  }

  private static void useUp(Key key, String path) {
    for (int i = 0; i < 4; i++) {
      assertThat(frame.get(key, path).status()).isEqualTo(200);
    }
    refused(frame.get(key, path));
  }

  private static Answer refused(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(429);
    assertThat(answer.code()).isEqualTo("RATE_LIMIT_EXCEEDED");
    assertThat(answer.header("Retry-After")).isNotEmpty();
    return answer;
  }
}
