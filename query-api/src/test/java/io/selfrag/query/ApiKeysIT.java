package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.query.QueryService.As;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingBlocks.class)
class ApiKeysIT {
  private static final QueryService SERVICE = QueryService.shared();

  @Test
  void aKeyIsCreatedShownListedAndDeleted() {
    var tenant = SERVICE.tenant();
    var created = SERVICE.post(tenant.admin(), "/v1/api-keys",
        Map.of("name", "bot", "role", "write", "description", "d", "scope_kb_ids", List.of(tenant.knowledgeBase()),
            "expires_at", "2999-01-01T00:00:00Z", "rate_limit_per_minute", 10, "identity",
            Map.of("user_id", "ada", "roles", List.of("r"), "groups", List.of("g"), "clearance", "internal")));
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    var path = "/v1/api-keys/" + created.at("/id");

    var shown = SERVICE.get(tenant.admin(), path);
    assertThat(shown.at("/name")).isEqualTo("bot");
    assertThat(shown.at("/scope_kb_ids/0")).isEqualTo(tenant.knowledgeBase().toString());
    assertThat(shown.at("/identity/clearance")).isEqualTo("internal");
    assertThat(shown.at("/expires_at")).isEqualTo("2999-01-01T00:00:00Z");
    assertThat(created.at("/api_key")).startsWith(shown.at("/key_prefix"));
    assertThat(shown.body().has("api_key")).isFalse();
    assertThat(SERVICE.get(tenant.admin(), "/v1/api-keys").body()).hasSize(4);
    assertThat(SERVICE.get(As.key(created.at("/api_key")), "/v1/me").at("/identity/user_id")).isEqualTo("ada");

    assertThat(SERVICE.delete(tenant.admin(), path).status()).isEqualTo(204);
    assertThat(SERVICE.get(tenant.admin(), path).code()).isEqualTo("API_KEY_NOT_FOUND");
    assertThat(SERVICE.get(As.key(created.at("/api_key")), "/v1/me").code()).isEqualTo("INVALID_API_KEY");
  }

  @Test
  void theSameIdempotencyKeyMakesOneKeyAndTellsItsSecretOnce() {
    var tenant = SERVICE.tenant();
    var key = UUID.randomUUID().toString();
    var first = SERVICE.post(tenant.admin(), "/v1/api-keys", Map.of("name", "k"), "Idempotency-Key", key);
    var again = SERVICE.post(tenant.admin(), "/v1/api-keys", Map.of("name", "k"), "Idempotency-Key", key);

    assertThat(again.at("/id")).isEqualTo(first.at("/id"));
    assertThat(again.at("/api_key")).isEqualTo("null");
  }

  @Test
  void everyFieldOfAPatchAppliesAndNullClears() {
    var tenant = SERVICE.tenant();
    var secret = SERVICE.post(tenant.admin(), "/v1/api-keys",
        Map.of("name", "k", "role", "admin", "description", "d", "rate_limit_per_minute", 5, "scope_kb_ids",
            List.of(tenant.knowledgeBase()), "identity", Map.of("user_id", "ada"), "expires_at",
            "2999-01-01T00:00:00Z"));
    var path = "/v1/api-keys/" + secret.at("/id");

    var patch = new HashMap<String, Object>();
    patch.put("role", "read");
    patch.put("description", null);
    patch.put("rate_limit_per_minute", null);
    patch.put("scope_kb_ids", null);
    patch.put("identity", null);
    patch.put("expires_at", null);
    var patched = SERVICE.patch(tenant.admin(), path, patch);

    assertThat(patched.at("/role")).isEqualTo("read");
    assertThat(patched.at("/name")).isEqualTo("k");
    for (String field : List.of("description", "rate_limit_per_minute", "scope_kb_ids", "identity", "expires_at")) {
      assertThat(patched.at("/" + field)).as(field).isEqualTo("null");
    }
    assertThat(SERVICE.get(As.key(secret.at("/api_key")), "/v1/me").at("/role")).as("at once").isEqualTo("read");
    assertThat(SERVICE.patch(tenant.admin(), path, Map.of("role", "root")).status()).isEqualTo(422);
    assertThat(SERVICE.patch(tenant.admin(), path, Map.of("api_key", "x")).status()).isEqualTo(422);
  }

  @Test
  void aRotatedKeyWorksForItsGraceAndARevokedOneIsNotRevived() {
    var tenant = SERVICE.tenant();
    var created = SERVICE.post(tenant.admin(), "/v1/api-keys", Map.of("name", "k"));
    var path = "/v1/api-keys/" + created.at("/id");
    var old = As.key(created.at("/api_key"));

    var rotated = SERVICE.post(tenant.admin(), path + "/rotate", Map.of("grace_seconds", 3600));
    assertThat(SERVICE.get(old, "/v1/me").status()).isEqualTo(200);
    assertThat(SERVICE.get(As.key(rotated.at("/api_key")), "/v1/me").status()).isEqualTo(200);

    assertThat(SERVICE.post(tenant.admin(), path + "/revoke", null).at("/revoked")).isEqualTo("true");
    assertThat(SERVICE.get(old, "/v1/me").code()).isEqualTo("INVALID_API_KEY");
    assertThat(SERVICE.get(As.key(rotated.at("/api_key")), "/v1/me").code()).isEqualTo("INVALID_API_KEY");
    assertThat(SERVICE.post(tenant.admin(), path + "/rotate", null).code()).isEqualTo("INVALID_STATUS");
    assertThat(SERVICE.post(tenant.admin(), path + "/revoke", null).status()).as("again").isEqualTo(200);
    assertThat(SERVICE.post(tenant.admin(), path + "/rotate", Map.of("grace_seconds", -1)).status()).isEqualTo(422);
  }

  @Test
  void anExpiredKeyOpensNothing() {
    var tenant = SERVICE.tenant();
    var created = SERVICE.post(tenant.admin(), "/v1/api-keys",
        Map.of("name", "k", "expires_at", "2999-01-01T00:00:00Z"));
    SERVICE.sql("update api_keys set expires_at = now() - interval '1 second' where id = '" + created.at("/id") + "'");

    assertThat(SERVICE.get(As.key(created.at("/api_key")), "/v1/me").code()).isEqualTo("INVALID_API_KEY");
    assertThat(SERVICE.post(tenant.admin(), "/v1/api-keys", Map.of("name", "k", "expires_at", "2001-01-01T00:00:00Z"))
        .at("/errors/0/loc/1")).isEqualTo("expires_at");
  }

  @Test
  void nobodyHandsOutMoreThanTheOwnKeyReaches() {
    var tenant = SERVICE.tenant();
    var inside = tenant.knowledgeBase();
    var outside = SERVICE.knowledgeBase(tenant.admin(), Map.of());
    var limited = SERVICE.key(tenant.admin(), Map.of("role", "admin", "scope_kb_ids", List.of(inside)));
    var unlimited = SERVICE.get(tenant.admin(), "/v1/me").at("/key_id");

    assertThat(SERVICE.post(limited, "/v1/api-keys", Map.of("name", "k")).code()).isEqualTo("KB_NOT_IN_SCOPE");
    assertThat(SERVICE.post(limited, "/v1/api-keys", Map.of("name", "k", "scope_kb_ids", List.of(outside))).code())
        .isEqualTo("KB_NOT_IN_SCOPE");
    assertThat(SERVICE.post(limited, "/v1/api-keys", Map.of("name", "k", "scope_kb_ids", List.of(inside))).status())
        .isEqualTo(201);
    assertThat(SERVICE.post(limited, "/v1/api-keys/" + unlimited + "/rotate", null).code())
        .isEqualTo("KB_NOT_IN_SCOPE");
    assertThat(SERVICE.patch(limited, "/v1/api-keys/" + unlimited, Map.of("name", "mine")).code())
        .isEqualTo("KB_NOT_IN_SCOPE");
  }

  @Test
  void aScopeNamesOnlyKnowledgeBasesOfTheTenant() {
    var tenant = SERVICE.tenant();
    var foreign = SERVICE.tenant();

    assertThat(SERVICE.post(tenant.admin(), "/v1/api-keys",
        Map.of("name", "k", "scope_kb_ids", List.of(foreign.knowledgeBase()))).code()).isEqualTo("KB_NOT_FOUND");
  }

  @Test
  void anotherTenantsKeyIsNotThere() {
    var tenant = SERVICE.tenant();
    var theirs = "/v1/api-keys/" + SERVICE.get(SERVICE.tenant().admin(), "/v1/me").at("/key_id");

    assertThat(SERVICE.get(tenant.admin(), theirs).code()).isEqualTo("API_KEY_NOT_FOUND");
    assertThat(SERVICE.patch(tenant.admin(), theirs, Map.of("name", "x")).code()).isEqualTo("API_KEY_NOT_FOUND");
    assertThat(SERVICE.post(tenant.admin(), theirs + "/revoke", null).code()).isEqualTo("API_KEY_NOT_FOUND");
    assertThat(SERVICE.post(tenant.admin(), theirs + "/rotate", null).code()).isEqualTo("API_KEY_NOT_FOUND");
    assertThat(SERVICE.delete(tenant.admin(), theirs).code()).isEqualTo("API_KEY_NOT_FOUND");
  }

  @Test
  void wrongFieldsAreRefused() {
    var tenant = SERVICE.tenant();
    for (Map<String, Object> body : List.<Map<String, Object>>of(Map.of(), Map.of("name", " "),
        Map.of("name", "k", "role", "root"), Map.of("name", "k", "scope_kb_ids", List.of("x")),
        Map.of("name", "k", "expires_at", "tomorrow"), Map.of("name", "k", "rate_limit_per_minute", 0),
        Map.of("name", "k", "identity", Map.of("clearance", "top")), Map.of("name", "k", "more", 1))) {
      assertThat(SERVICE.post(tenant.admin(), "/v1/api-keys", body).status()).as(body.toString()).isEqualTo(422);
    }
  }
}
