package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.query.QueryService.As;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingBlocks.class)
class AdminTokensIT {
  private static final QueryService SERVICE = QueryService.shared();

  private static As operator(String token) {
    return new As("X-Admin-Token", token);
  }

  @Test
  void aTokenIsShownOnceOpensOperatorsRoutesAndIsListedWithoutItsSecret() {
    var made = QueryService.require(201,
        SERVICE.post(As.OPERATOR, "/admin/tokens", Map.of("name", "ops", "expires_at", "2999-01-01T00:00:00Z")));
    var secret = made.at("/token");
    assertThat(secret).startsWith(made.at("/token_prefix"));
    assertThat(made.at("/created_by")).isEqualTo("ADMIN_TOKEN");
    assertThat(made.at("/expires_at")).isEqualTo("2999-01-01T00:00:00Z");

    var another = QueryService.require(201, SERVICE.post(operator(secret), "/admin/tokens", Map.of("name", "second")));
    assertThat(another.at("/created_by")).isEqualTo("ops");
    var listed = SERVICE.get(operator(secret), "/admin/tokens");
    assertThat(listed.text()).contains(made.at("/id"), another.at("/id")).doesNotContain(secret, another.at("/token"));
    assertThat(SERVICE.column("select token_prefix || encode(token_hash, 'escape') from admin_tokens").toString())
        .doesNotContain(secret);
  }

  @Test
  void aRevokedADeletedAndAnExpiredTokenOpenNothing() {
    var revoked = SERVICE.post(As.OPERATOR, "/admin/tokens", Map.of("name", "revoked"));
    var deleted = SERVICE.post(As.OPERATOR, "/admin/tokens", Map.of("name", "deleted"));
    var expired = SERVICE.post(As.OPERATOR, "/admin/tokens",
        Map.of("name", "expired", "expires_at", "2999-01-01T00:00:00Z"));
    for (var it : List.of(revoked, deleted)) {
      assertThat(SERVICE.get(operator(it.at("/token")), "/admin/tenants").status()).isEqualTo(200);
    }

    var path = "/admin/tokens/" + revoked.at("/id") + "/revoke";
    assertThat(SERVICE.post(As.OPERATOR, path, null).at("/revoked")).isEqualTo("true");
    assertThat(SERVICE.post(As.OPERATOR, path, null).status()).as("again").isEqualTo(200);
    assertThat(SERVICE.delete(As.OPERATOR, "/admin/tokens/" + deleted.at("/id")).status()).isEqualTo(204);
    assertThat(SERVICE.delete(As.OPERATOR, "/admin/tokens/" + deleted.at("/id")).status()).isEqualTo(404);
    SERVICE.sql("update admin_tokens set expires_at = now() - interval '1 second' where id = '" + expired.at("/id")
        + "'");

    for (var it : List.of(revoked, deleted, expired)) {
      var answer = SERVICE.get(operator(it.at("/token")), "/admin/tenants");
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.code()).isEqualTo("INVALID_ADMIN_TOKEN");
    }
    assertThat(SERVICE.get(As.OPERATOR, "/admin/tenants").status()).isEqualTo(200);
  }

  @Test
  void theAuditLogNamesTheTokenAndWhatItMade() {
    var name = "auditor " + UUID.randomUUID();
    var made = SERVICE.post(As.OPERATOR, "/admin/tokens", Map.of("name", name));
    SERVICE.get(operator(made.at("/token")), "/admin/pipeline");

    var found = SERVICE.get(As.OPERATOR, "/admin/audit-log?actor=" + made.at("/id"));
    assertThat(found.at("/items/0/actor_name")).isEqualTo(name);
    assertThat(found.at("/items/0/action")).isEqualTo("GET /admin/pipeline");
    assertThat(SERVICE.get(As.OPERATOR, "/admin/audit-log?target=" + made.at("/id")).at("/items/0/action"))
        .isEqualTo("POST /admin/tokens");
  }

  @Test
  void theSameIdempotencyKeyMakesOneTokenForOneOperatorAndAnotherForTheNext() {
    var other = operator(SERVICE.post(As.OPERATOR, "/admin/tokens", Map.of("name", "other")).at("/token"));
    var key = UUID.randomUUID().toString();
    var first = SERVICE.post(As.OPERATOR, "/admin/tokens", Map.of("name", "once"), "Idempotency-Key", key);
    var again = SERVICE.post(As.OPERATOR, "/admin/tokens", Map.of("name", "once"), "Idempotency-Key", key);

    assertThat(again.at("/id")).isEqualTo(first.at("/id"));
    assertThat(again.at("/token")).isEqualTo("null");
    assertThat(SERVICE.post(other, "/admin/tokens", Map.of("name", "once"), "Idempotency-Key", key).at("/id"))
        .isNotEqualTo(first.at("/id"));
  }

  @Test
  void wrongFieldsAreRefused() {
    for (Map<String, Object> body : List.<Map<String, Object>>of(Map.of(), Map.of("name", " "),
        Map.of("name", "n", "expires_at", "2001-01-01T00:00:00Z"), Map.of("name", "n", "expires_at", "soon"),
        Map.of("name", "n", "token", "mine"))) {
      assertThat(SERVICE.post(As.OPERATOR, "/admin/tokens", body).status()).as(body.toString()).isEqualTo(422);
    }
  }

  @Test
  void noTenantsKeyMakesAToken() {
    var tenant = SERVICE.tenant();

    assertThat(SERVICE.post(tenant.admin(), "/admin/tokens", Map.of("name", "n")).code())
        .isEqualTo("MISSING_ADMIN_TOKEN");
    assertThat(SERVICE.post(operator(tenant.admin().credential().substring("Bearer ".length())), "/admin/tokens",
        Map.of("name", "n")).code()).isEqualTo("INVALID_ADMIN_TOKEN");
  }
}
