package io.selfrag.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.catalog.audit.AuditLog;
import io.selfrag.catalog.audit.AuditQuery;
import io.selfrag.service.audit.AuditTrail;
import io.selfrag.service.http.Frame.Answer;
import io.selfrag.service.http.Frame.Key;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StrangersIT {
  private static final UUID THING = UUID.fromString("0b5e7d6a-93c2-4a56-9a35-3f1f6f0f7a11");
  private static final String READ = "/v1/things/" + THING;
  private static Frame frame;

  @BeforeAll
  static void start() {
    frame = Frame.start(Map.of("AUTH_FAILURES_PER_MINUTE", 3, "TRUSTED_PROXIES", "127.0.0.0/8,::1"));
  }

  @AfterAll
  static void stop() {
    frame.close();
  }

  @Test
  void wrongKeysFromOneAddressAreHeldUpWithoutAskingTheDatabase() {
    for (int i = 0; i < 3; i++) {
      assertThat(wrongKey("203.0.113.1").code()).isEqualTo("INVALID_API_KEY");
    }
    frame.sql("alter table api_keys rename to api_keys_away");
    try {
      heldUp(wrongKey("203.0.113.1"));
    } finally {
      frame.sql("alter table api_keys_away rename to api_keys");
    }
    assertThat(wrongKey("203.0.113.2").code()).isEqualTo("INVALID_API_KEY");
  }

  @Test
  void aKeyThatWasGoodHereIsNotHeldUpByStrangersAtItsAddress() {
    var known = frame.key("read");
    assertThat(read(known, "203.0.113.3").status()).isEqualTo(200);
    for (int i = 0; i < 3; i++) {
      wrongKey("203.0.113.3");
    }
    heldUp(wrongKey("203.0.113.3"));

    frame.context.getBean(CredentialChanges.class).announce().block();
    assertThat(read(known, "203.0.113.3").status()).isEqualTo(200);
    heldUp(read(frame.key("read"), "203.0.113.3"));
    frame.sql("update api_keys set revoked_at = now() where id = '" + known.id() + "'");
    frame.context.getBean(CredentialChanges.class).announce().block();
    assertThat(read(known, "203.0.113.3").code()).isEqualTo("INVALID_API_KEY");
    heldUp(read(known, "203.0.113.3"));
  }

  @Test
  void guessesOfTheOperatorsTokenAreHeldUpTheRightOneToo() {
    for (int i = 0; i < 3; i++) {
      assertThat(token(Frame.ADMIN_TOKEN + i, "203.0.113.4").code()).isEqualTo("INVALID_ADMIN_TOKEN");
    }
    heldUp(token(Frame.ADMIN_TOKEN, "203.0.113.4"));
    assertThat(token(Frame.ADMIN_TOKEN, "203.0.113.5").status()).isEqualTo(200);
  }

  @Test
  void ofAnAddressesDeniedRequestsSoManyAreRecordedUnderTheAddressItsProxyNames() {
    var request = UUID.randomUUID().toString();
    for (int i = 0; i < 6; i++) {
      assertThat(frame.get(null, READ, "X-Forwarded-For", "8.8.8.8, 203.0.113.6", "X-Request-ID", request).status())
          .isEqualTo(401);
    }
    frame.context.getBean(AuditTrail.class).flush().block();

    var found = Objects.requireNonNull(frame.context.getBean(AuditLog.class)
        .list(new AuditQuery(null, null, null, null, null, null, false, null, request, null, null), null, 0, 10)
        .block());
    assertThat(found.total()).isEqualTo(3);
    assertThat(found.items()).allSatisfy(it -> assertThat(it.record().address()).isEqualTo("203.0.113.6"));
  }

  private static Answer wrongKey(String address) {
    return read(new Key(THING, THING, "kb_sk_" + "x".repeat(43)), address);
  }

  private static Answer read(Key key, String address) {
    return frame.get(key, READ, "X-Forwarded-For", address);
  }

  private static Answer token(String token, String address) {
    return frame.get(null, "/admin/secrets", "X-Admin-Token", token, "X-Forwarded-For", address);
  }

  private static void heldUp(Answer answer) {
    assertThat(answer.code()).isEqualTo("RATE_LIMIT_EXCEEDED");
    assertThat(answer.status()).isEqualTo(429);
    assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 20);
  }
}
