package io.selfrag.bench.workload;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.system.SystemAccess;
import io.selfrag.schemas.Ids;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A knowledge base in a tenant of its own, with the tenant's key. */
public record Place(UUID tenantId, UUID knowledgeBaseId, String apiKey) {

  /** Makes tenants with a knowledge base each. */
  public static List<Place> create(SystemAccess system, String prefix, int tenants) {
    var places = new ArrayList<Place>();
    for (int i = 0; i < tenants; i++) {
      places.add(create(system, prefix + "-" + i, Map.of()));
    }
    return places;
  }

  /**
   * Makes a tenant with a knowledge base.
   *
   * @param config of the knowledge base; empty for the default
   */
  public static Place create(SystemAccess system, String name, Map<String, Object> config) {
    try (var operator = Api.ofOperator(system.baseUrl(), system.adminToken())) {
      var tenant = operator.post("/admin/tenants", Map.of("name", name, "plan", "enterprise", "quota_kb_count", -1,
          "quota_doc_count", -1, "quota_storage_mb", -1)).orThrow().body();
      // Measured is the system and not its limit, which holds all the same.
      var key = operator.post("/admin/tenants/" + tenant.path("id").asString() + "/api-keys",
          Map.of("name", "bench", "role", "admin", "rate_limit_per_minute", 1_000_000)).orThrow().body().path("api_key")
          .asString();
      try (var api = Api.ofTenant(system.baseUrl(), key)) {
        var body = config.isEmpty()
            ? Map.<String, Object>of("name", name)
            : Map.of("name", name, "config", config);
        var knowledgeBase = api.post("/v1/knowledge-bases", body).orThrow().body();
        return new Place(UUID.fromString(tenant.path("id").asString()),
            UUID.fromString(knowledgeBase.path("id").asString()), key);
      }
    }
  }

  /** A client of this tenant. */
  public Api open(SystemAccess system) {
    return Api.ofTenant(system.baseUrl(), apiKey);
  }

  public UUID documentId(String externalId) {
    return Ids.documentId(knowledgeBaseId, externalId);
  }

  /** Path of the knowledge base's documents. */
  public String documents() {
    return "/v1/knowledge-bases/" + knowledgeBaseId + "/documents";
  }

  /** Path of one document of the knowledge base. */
  public String document(String externalId) {
    return documents() + "/by-external-id/" + java.net.URLEncoder.encode(externalId, StandardCharsets.UTF_8);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "Place[" + tenantId + "/" + knowledgeBaseId + "]";
  }
}
