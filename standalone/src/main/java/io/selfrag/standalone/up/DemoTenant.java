package io.selfrag.standalone.up;

import io.selfrag.standalone.client.ApiClient;
import io.selfrag.standalone.client.ApiFailure;
import io.selfrag.standalone.client.Credentials;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * The operator's token and a tenant to try things with, made once for a data folder. What a killed start left half done is
 * found again, and lost credentials are replaced by new ones of the same tenant.
 */
final class DemoTenant {
  private static final int TOKEN_BYTES = 32;
  private static final int PAGE = 100;
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;
  private static final String NAME = "demo";
  private static final String SILENT = "It had just started.";
  private static final Map<String, Object> TENANT = Map.of("name", NAME, "plan", "enterprise", "quota_kb_count", -1,
      "quota_doc_count", -1, "quota_storage_mb", -1);
  private static final Map<String, Object> KEY = Map.of("name", "standalone", "role", "admin", "rate_limit_per_minute",
      1_000_000);

  private final String baseUrl;
  private final String operatorToken;

  private DemoTenant(String baseUrl, String operatorToken) {
    this.baseUrl = baseUrl;
    this.operatorToken = operatorToken;
  }

  /** {@code ADMIN_TOKEN}, or the token kept in the folder, or a new one. */
  static String operatorToken(Path data) {
    return Optional.ofNullable(System.getenv("ADMIN_TOKEN")).filter(token -> !token.isBlank())
        .or(() -> Credentials.in(data).map(Credentials::adminToken)).orElseGet(DemoTenant::newToken);
  }

  /** Makes the tenant and its knowledge base unless the folder has them; keeps where the system now answers. */
  static Credentials ensure(Path data, String baseUrl, String operatorToken) {
    var demo = new DemoTenant(baseUrl, operatorToken);
    var credentials = Credentials.in(data).filter(demo::stillOpens).map(demo::here).orElseGet(demo::findOrMake);
    credentials.saveIn(data);
    return credentials;
  }

  private Credentials here(Credentials kept) {
    return new Credentials(baseUrl, operatorToken, kept.tenantId(), kept.apiKey(), kept.knowledgeBaseId());
  }

  private boolean stillOpens(Credentials kept) {
    try (var tenant = ApiClient.ofTenant(baseUrl, kept.apiKey(), SILENT)) {
      return !tenant.get("/v1/knowledge-bases/" + kept.knowledgeBaseId()).isMissingNode();
    } catch (ApiFailure e) {
      if (e.status() == UNAUTHORIZED || e.status() == NOT_FOUND) {
        return false;
      }
      return keepUnless(e);
    }
  }

  /** A tenant that the operator disabled keeps its credentials; silence or a fault is no reason to make new ones. */
  private static boolean keepUnless(ApiFailure failure) {
    if (failure.isSilence() || failure.status() >= 500) {
      throw failure;
    }
    return true;
  }

  private Credentials findOrMake() {
    try (var operator = ApiClient.ofOperator(baseUrl, operatorToken, SILENT)) {
      var found = find(operator, "/admin/tenants");
      var tenant = id(found.isPresent() ? found.get() : operator.post("/admin/tenants", TENANT));
      // The tenant's first key has the usual limit; whoever tries things imports folders.
      var key = operator.post("/admin/tenants/" + tenant + "/api-keys", KEY).path("api_key").asString();
      try (var admin = ApiClient.ofTenant(baseUrl, key, SILENT)) {
        var knowledgeBase = find(admin, "/v1/knowledge-bases").orElseGet(() -> admin.post("/v1/knowledge-bases",
            Map.of("name", NAME, "description", "A knowledge base to try things with")));
        return new Credentials(baseUrl, operatorToken, tenant, key, id(knowledgeBase));
      }
    }
  }

  private static Optional<JsonNode> find(ApiClient api, String list) {
    for (int page = 1;; page++) {
      var answer = api.get(list + "?page=" + page + "&page_size=" + PAGE);
      for (JsonNode item : answer.path("items")) {
        if (NAME.equals(item.path("name").asString(""))) {
          return Optional.of(item);
        }
      }
      if (page >= answer.path("pages").asInt(1)) {
        return Optional.empty();
      }
    }
  }

  private static UUID id(JsonNode thing) {
    return UUID.fromString(thing.path("id").asString());
  }

  private static String newToken() {
    var bytes = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
