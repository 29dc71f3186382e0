package io.selfrag.standalone.up;

import io.selfrag.standalone.client.ApiClient;
import io.selfrag.standalone.client.Credentials;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The operator's token and a tenant to try things with, made once for a data folder. */
final class DemoTenant {
  private static final int TOKEN_BYTES = 32;
  private static final Map<String, Object> TENANT = Map.of("name", "demo", "plan", "enterprise", "quota_kb_count", -1,
      "quota_doc_count", -1, "quota_storage_mb", -1);

  private DemoTenant() {}

  /** {@code ADMIN_TOKEN}, or the token kept in the folder, or a new one. */
  static String operatorToken(Path data) {
    return Optional.ofNullable(System.getenv("ADMIN_TOKEN")).filter(token -> !token.isBlank())
        .or(() -> Credentials.in(data).map(Credentials::adminToken)).orElseGet(DemoTenant::newToken);
  }

  /** Makes the tenant and its knowledge base unless the folder has them; keeps where the system now answers. */
  static Credentials ensure(Path data, String baseUrl, String operatorToken) {
    var kept = Credentials.in(data).orElse(null);
    var credentials = kept == null ? create(baseUrl, operatorToken) : at(kept, baseUrl, operatorToken);
    credentials.saveIn(data);
    return credentials;
  }

  private static Credentials at(Credentials kept, String baseUrl, String operatorToken) {
    return new Credentials(baseUrl, operatorToken, kept.tenantId(), kept.apiKey(), kept.knowledgeBaseId());
  }

  private static Credentials create(String baseUrl, String operatorToken) {
    try (var operator = ApiClient.ofOperator(baseUrl, operatorToken)) {
      var tenant = operator.post("/admin/tenants", TENANT);
      var key = secret(tenant.path("initial_api_key").asString(null), tenant.path("initial_api_key").path("api_key")
          .asString(null));
      try (var admin = ApiClient.ofTenant(baseUrl, key)) {
        var knowledgeBase = admin.post("/v1/knowledge-bases",
            Map.of("name", "demo", "description", "A knowledge base to try things with"));
        return new Credentials(baseUrl, operatorToken, UUID.fromString(tenant.path("id").asString()), key,
            UUID.fromString(knowledgeBase.path("id").asString()));
      }
    }
  }

  private static String secret(@Nullable String plain, @Nullable String nested) {
    return Optional.ofNullable(plain).or(() -> Optional.ofNullable(nested))
        .orElseThrow(() -> new IllegalStateException("the new tenant came without a key"));
  }

  private static String newToken() {
    var bytes = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
