package io.selfrag.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OperatorTokensIT {
  private static final Duration A_SECOND = Duration.ofSeconds(1);
  private static Frame frame;
  private static Frame replica;

  @BeforeAll
  static void start() {
    frame = Frame.start(Map.of());
    replica = frame.replica();
  }

  @AfterAll
  static void stop() {
    replica.close();
    frame.close();
  }

  private record Token(UUID id, String secret) {}

  private static Token token() {
    var secret = AdminSecret.random(new Random());
    var id = UUID.randomUUID();
    frame
        .sql("insert into admin_tokens (id, name, token_hash, token_prefix, created_by) values ('" + id + "', 'n', '\\x"
            + HexFormat.of().formatHex(secret.hash()) + "', '" + secret.prefix() + "', 'test')");
    return new Token(id, secret.text());
  }

  private static int status(Frame where, Token token) {
    return where.get(null, "/admin/secrets", "X-Admin-Token", token.secret()).status();
  }

  @Test
  void aRevokedTokenIsRefusedOnEveryReplicaWithinASecondEvenUnannounced() {
    var token = token();
    assertThat(status(frame, token)).isEqualTo(200);
    assertThat(status(replica, token)).isEqualTo(200);

    frame.sql("update admin_tokens set revoked_at = now() where id = '" + token.id() + "'");
    await().pollInterval(Duration.ofMillis(20)).atMost(A_SECOND).untilAsserted(() -> {
      assertThat(status(frame, token)).isEqualTo(403);
      assertThat(status(replica, token)).isEqualTo(403);
    });
  }

  @Test
  void anAnnouncedChangeIsInForceHereAtOnce() {
    var token = token();
    assertThat(status(frame, token)).isEqualTo(200);

    frame.sql("delete from admin_tokens where id = '" + token.id() + "'");
    frame.context.getBean(CredentialChanges.class).announce().block();
    assertThat(status(frame, token)).isEqualTo(403);
  }

  @Test
  void theTokenOfTheEnvironmentNeedsNoDatabase() {
    frame.sql("alter table admin_tokens rename to admin_tokens_away");
    try {
      assertThat(frame.get(null, "/admin/secrets", "X-Admin-Token", Frame.ADMIN_TOKEN).status()).isEqualTo(200);
      assertThat(frame.get(null, "/admin/secrets", "X-Admin-Token", "of no form").status()).isEqualTo(403);
    } finally {
      frame.sql("alter table admin_tokens_away rename to admin_tokens");
    }
  }

  @Test
  void theLastUseIsNoted() {
    var token = token();
    status(frame, token);

    await().untilAsserted(() -> assertThat(
        replica.context.getBean(io.selfrag.catalog.operator.AdminTokens.class).all()
            .filter(it -> it.id().equals(token.id()))
            .blockFirst().lastUsedAt())
        .isNotNull());
  }

  @Test
  void aSecretIsNeverPrinted() {
    var secret = AdminSecret.random(new Random(1));

    assertThat(secret.text()).matches("kb_admin_[A-Za-z0-9_-]{43}");
    assertThat(secret.toString()).doesNotContain(secret.text().substring(15));
  }
}
