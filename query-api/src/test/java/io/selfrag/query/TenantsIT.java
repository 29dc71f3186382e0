package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.query.QueryService.Answer;
import io.selfrag.query.QueryService.As;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingBlocks.class)
class TenantsIT {
  private static final QueryService SERVICE = QueryService.shared();
  private static final Library LIBRARY = new Library(SERVICE);

  @Test
  void aTenantHasItsDefaultsAndAFirstKeyThatIsShownOnce() {
    var name = "t" + UUID.randomUUID();
    var created = SERVICE.post(As.OPERATOR, "/admin/tenants", Map.of("name", name));

    assertThat(created.status()).as(created.text()).isEqualTo(201);
    assertThat(created.body().propertyNames()).containsExactlyInAnyOrder("id", "name", "plan", "status",
        "isolation_strategy", "quota_kb_count", "quota_doc_count", "quota_storage_mb", "kb_count", "doc_count",
        "storage_mb", "created_at", "updated_at", "disabled_at", "disabled_reason", "isolation_place",
        "isolation_migration", "bulk_lane", "initial_api_key",
        "initial_api_key_id");
    assertThat(created.at("/plan")).isEqualTo("free");
    assertThat(created.at("/quota_kb_count")).isEqualTo("10");
    assertThat(created.at("/isolation_strategy")).isEqualTo("partition");
    assertThat(created.at("/initial_api_key")).matches("kb_sk_[A-Za-z0-9_-]{43}");
    assertThat(created.at("/created_at")).endsWith("Z");
    var me = SERVICE.get(As.key(created.at("/initial_api_key")), "/v1/me");
    assertThat(me.at("/role")).isEqualTo("admin");
    assertThat(me.at("/tenant_id")).isEqualTo(created.at("/id"));
    assertThat(me.at("/key_id")).isEqualTo(created.at("/initial_api_key_id"));
    assertThat(me.at("/scope_kb_ids")).isEqualTo("null");
    assertThat(SERVICE.get(As.OPERATOR, "/admin/tenants/" + created.at("/id")).text())
        .doesNotContain("initial_api_key");
    assertThat(SERVICE.column("select count(*) from api_keys where key_hash = convert_to('"
        + created.at("/initial_api_key") + "', 'UTF8')")).as("only a hash is stored").containsExactly("0");
  }

  @Test
  void theSameIdempotencyKeyMakesOneTenantAndTellsItsSecretOnce() {
    var body = Map.of("name", "t" + UUID.randomUUID());
    var key = UUID.randomUUID().toString();
    var first = SERVICE.post(As.OPERATOR, "/admin/tenants", body, "Idempotency-Key", key);
    var again = SERVICE.post(As.OPERATOR, "/admin/tenants", body, "Idempotency-Key", key);

    assertThat(again.status()).isEqualTo(201);
    assertThat(again.at("/id")).isEqualTo(first.at("/id"));
    assertThat(again.at("/initial_api_key")).isEqualTo("null");
    assertThat(again.header("idempotency-replayed")).isEqualTo("true");
    assertThat(SERVICE.post(As.OPERATOR, "/admin/tenants", Map.of("name", "other"), "Idempotency-Key", key).code())
        .isEqualTo("IDEMPOTENCY_KEY_REUSED");
    assertThat(SERVICE.post(As.OPERATOR, "/admin/tenants", body).code()).isEqualTo("TENANT_NAME_EXISTS");
  }

  @Test
  void wrongFieldsAreRefused() {
    for (Map<String, Object> body : List.<Map<String, Object>>of(Map.of(), Map.of("name", ""), Map.of("name", "  "),
        Map.of("name", "x".repeat(256)), Map.of("name", "n", "plan", "gold"), Map.of("name", "n", "quota_kb_count", -2),
        Map.of("name", "n", "quota_doc_count", "many"), Map.of("name", "n", "isolation_strategy", "both"),
        Map.of("name", "n", "status", "active"), Map.of("name", 7))) {
      var answer = SERVICE.post(As.OPERATOR, "/admin/tenants", body);
      assertThat(answer.status()).as(body + answer.text()).isEqualTo(422);
      assertThat(answer.at("/errors/0/loc/0")).isEqualTo("body");
    }
    assertThat(SERVICE.get(As.OPERATOR, "/admin/tenants?status=gone").status()).isEqualTo(422);
    assertThat(SERVICE.get(As.OPERATOR, "/admin/tenants?page=0").status()).isEqualTo(422);
    assertThat(SERVICE.get(As.OPERATOR, "/admin/tenants?page_size=101").status()).isEqualTo(422);
  }

  @Test
  void theListIsPagedNewestFirstAndFilteredByStatus() {
    var first = SERVICE.tenant();
    var second = SERVICE.tenant();
    QueryService.require(200, SERVICE.post(As.OPERATOR, "/admin/tenants/" + first.id() + "/disable", null));

    var page = SERVICE.get(As.OPERATOR, "/admin/tenants?page_size=2");
    assertThat(ids(page).getFirst()).isEqualTo(second.id());
    assertThat(page.body().path("pages").asLong()).isEqualTo(Math.ceilDiv(page.body().path("total").asLong(), 2));
    assertThat(ids(SERVICE.get(As.OPERATOR, "/admin/tenants?status=disabled&page_size=100"))).contains(first.id())
        .doesNotContain(second.id());
  }

  @Test
  void aPatchChangesWhatItNamesAndNothingElse() {
    var tenant = SERVICE.tenant();
    var path = "/admin/tenants/" + tenant.id();
    var before = SERVICE.get(As.OPERATOR, path);

    var patched = SERVICE.patch(As.OPERATOR, path, Map.of("plan", "enterprise", "quota_doc_count", 7));

    assertThat(patched.at("/plan")).isEqualTo("enterprise");
    assertThat(patched.at("/quota_doc_count")).isEqualTo("7");
    assertThat(patched.at("/name")).isEqualTo(before.at("/name"));
    assertThat(patched.at("/quota_kb_count")).isEqualTo("-1");
    var cleared = new HashMap<String, Object>();
    cleared.put("quota_doc_count", null);
    assertThat(SERVICE.patch(As.OPERATOR, path, cleared).at("/quota_doc_count")).as("back to the default")
        .isEqualTo("1000");
    assertThat(SERVICE.patch(As.OPERATOR, path, Map.of("unknown", 1)).status()).isEqualTo(422);
    assertThat(SERVICE.patch(As.OPERATOR, path, List.of()).status()).isEqualTo(422);
    assertThat(SERVICE.patch(As.OPERATOR, path, Map.of("name", SERVICE.get(As.OPERATOR,
        "/admin/tenants/" + SERVICE.tenant().id()).at("/name"))).code()).isEqualTo("TENANT_NAME_EXISTS");
  }

  @Test
  void anotherIsolationStrategyRaisesTheRouteEpochSoThatWhatTheSinkHasInHandIsWrittenAgain() {
    var tenant = SERVICE.tenant();
    var path = "/admin/tenants/" + tenant.id();
    long before = routeEpoch(tenant.id());

    assertThat(SERVICE.patch(As.OPERATOR, path, Map.of("plan", "standard")).status()).isEqualTo(200);
    assertThat(routeEpoch(tenant.id())).isEqualTo(before);
    assertThat(SERVICE.patch(As.OPERATOR, path, Map.of("isolation_strategy", "collection")).status()).isEqualTo(200);
    assertThat(routeEpoch(tenant.id())).isEqualTo(before + 1);
  }

  private static long routeEpoch(UUID tenant) {
    return Long.parseLong(SERVICE.column("select route_epoch from tenants where id = '" + tenant + "'").getFirst());
  }

  @Test
  void aTenantSaysWhetherItsBulkLaneGoesOnAndSinceWhenNot() {
    var tenant = SERVICE.tenant();
    var path = "/admin/tenants/" + tenant.id();
    var running = SERVICE.get(As.OPERATOR, path);
    assertThat(running.at("/bulk_lane/state")).isEqualTo("running");
    assertThat(running.at("/bulk_lane/since")).isEqualTo("null");

    var paused = SERVICE.post(As.OPERATOR, path + "/bulk-lane/pause", Map.of());

    assertThat(SERVICE.get(As.OPERATOR, path).at("/bulk_lane/state")).isEqualTo("paused");
    assertThat(SERVICE.get(As.OPERATOR, path).at("/bulk_lane/since")).isEqualTo(paused.at("/since"));
    SERVICE.post(As.OPERATOR, path + "/bulk-lane/cancel", Map.of());
    assertThat(SERVICE.get(As.OPERATOR, path).at("/bulk_lane/state")).isEqualTo("cancelling");
    SERVICE.post(As.OPERATOR, path + "/bulk-lane/resume", Map.of());
    assertThat(SERVICE.get(As.OPERATOR, path).at("/bulk_lane/state")).isEqualTo("cancelling");
  }

  @Test
  void S26anotherStrategyOfATenantWithDocumentsBeginsAMigrationThatShowsInTheTenantAndLeavesQueriesWhereTheyAre() {
    var tenant = SERVICE.tenant();
    var path = "/admin/tenants/" + tenant.id();
    assertThat(SERVICE.patch(As.OPERATOR, path, Map.of("isolation_strategy", "auto")).status()).isEqualTo(200);
    LIBRARY.add(tenant, Library.document("badger"));
    long before = routeEpoch(tenant.id());

    var moving = SERVICE.patch(As.OPERATOR, path, Map.of("isolation_strategy", "collection"));

    assertThat(moving.at("/isolation_strategy")).as(moving.text()).isEqualTo("collection");
    assertThat(moving.at("/isolation_place")).isEqualTo("partition");
    assertThat(moving.at("/isolation_migration/target")).isEqualTo("collection");
    assertThat(moving.at("/isolation_migration/state")).isEqualTo("copying");
    assertThat(routeEpoch(tenant.id())).isEqualTo(before + 1);
    assertThat(RetrieveIT.retrieve(tenant.read(), tenant, Map.of("query", "badger")).body().path("results")).hasSize(1);
    assertThat(SERVICE.get(As.OPERATOR, path).at("/isolation_migration/state")).isEqualTo("copying");

    var givenUp = SERVICE.patch(As.OPERATOR, path, Map.of("isolation_strategy", "partition"));

    assertThat(givenUp.at("/isolation_place")).isEqualTo("partition");
    assertThat(givenUp.at("/isolation_migration/target")).isEqualTo("partition");
    assertThat(givenUp.at("/isolation_migration/state")).isEqualTo("switched");
    assertThat(RetrieveIT.retrieve(tenant.read(), tenant, Map.of("query", "badger")).body().path("results")).hasSize(1);
  }

  @Test
  void aDisabledTenantsKeysOpenNothingUntilItIsEnabled() {
    var tenant = SERVICE.tenant();
    var path = "/admin/tenants/" + tenant.id();
    assertThat(SERVICE.get(tenant.read(), "/v1/me").status()).isEqualTo(200);

    var disabled = SERVICE.post(As.OPERATOR, path + "/disable", Map.of("reason", "unpaid"));

    assertThat(disabled.at("/status")).isEqualTo("disabled");
    assertThat(disabled.at("/disabled_reason")).isEqualTo("unpaid");
    var answer = SERVICE.get(tenant.read(), "/v1/me");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.code()).isEqualTo("TENANT_DISABLED");
    assertThat(SERVICE.post(As.OPERATOR, path + "/disable", null).code()).isEqualTo("TENANT_ALREADY_DISABLED");
    var enabled = SERVICE.post(As.OPERATOR, path + "/enable", null);
    assertThat(enabled.at("/status")).isEqualTo("active");
    assertThat(enabled.at("/disabled_reason")).isEqualTo("null");
    assertThat(SERVICE.get(tenant.read(), "/v1/me").status()).isEqualTo(200);
    assertThat(SERVICE.post(As.OPERATOR, path + "/enable", null).code()).isEqualTo("TENANT_ALREADY_ACTIVE");
  }

  @Test
  void aDeletedTenantIsUnusableAtOnceAndItsNameIsFree() {
    var tenant = SERVICE.tenant();
    LIBRARY.add(tenant, Library.document("badger"));
    var path = "/admin/tenants/" + tenant.id();
    var name = SERVICE.get(As.OPERATOR, path).at("/name");

    assertThat(SERVICE.delete(As.OPERATOR, path).status()).isEqualTo(202);

    assertThat(SERVICE.get(tenant.read(), "/v1/me").code()).isEqualTo("INVALID_API_KEY");
    assertThat(SERVICE.get(As.OPERATOR, path).code()).isEqualTo("TENANT_NOT_FOUND");
    assertThat(SERVICE.delete(As.OPERATOR, path).code()).isEqualTo("TENANT_NOT_FOUND");
    assertThat(SERVICE.post(As.OPERATOR, "/admin/tenants", Map.of("name", name)).status()).isEqualTo(201);
    assertThat(SERVICE.column("select count(*) from purges where tenant_id = '" + tenant.id() + "'"))
        .as("its data is to be purged").doesNotContain("0");
  }

  @Test
  void theOperatorHandlesKeysOfAnyTenant() {
    var tenant = SERVICE.tenant();
    var path = "/admin/tenants/" + tenant.id() + "/api-keys";
    var created = SERVICE.post(As.OPERATOR, path, Map.of("name", "ops", "role", "write"));
    assertThat(created.status()).isEqualTo(201);
    var as = As.key(created.at("/api_key"));
    assertThat(SERVICE.get(as, "/v1/me").at("/role")).isEqualTo("write");
    assertThat(SERVICE.get(As.OPERATOR, path).body().isArray()).isTrue();
    assertThat(SERVICE.get(As.OPERATOR, path).text()).doesNotContain(created.at("/api_key"));

    var rotated = SERVICE.post(As.OPERATOR, "/admin/api-keys/" + created.at("/id") + "/rotate", null);
    assertThat(rotated.at("/id")).isEqualTo(created.at("/id"));
    assertThat(SERVICE.get(as, "/v1/me").code()).isEqualTo("INVALID_API_KEY");
    var renewed = As.key(rotated.at("/api_key"));
    assertThat(SERVICE.get(renewed, "/v1/me").status()).isEqualTo(200);

    assertThat(SERVICE.post(As.OPERATOR, "/admin/api-keys/" + created.at("/id") + "/revoke", null).at("/revoked"))
        .isEqualTo("true");
    assertThat(SERVICE.get(renewed, "/v1/me").code()).isEqualTo("INVALID_API_KEY");
    assertThat(SERVICE.post(As.OPERATOR, "/admin/api-keys/" + created.at("/id") + "/rotate", null).code())
        .isEqualTo("INVALID_STATUS");
    assertThat(SERVICE.delete(As.OPERATOR, path + "/" + created.at("/id")).status()).isEqualTo(204);
    assertThat(SERVICE.delete(As.OPERATOR, path + "/" + created.at("/id")).code()).isEqualTo("API_KEY_NOT_FOUND");
    var other = SERVICE.tenant();
    var theirs = SERVICE.get(other.admin(), "/v1/me").at("/key_id");
    assertThat(SERVICE.delete(As.OPERATOR, path + "/" + theirs).code()).isEqualTo("API_KEY_NOT_FOUND");
  }

  private static List<UUID> ids(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    var ids = new ArrayList<UUID>();
    answer.body().path("items").forEach(it -> ids.add(UUID.fromString(it.path("id").asString())));
    return ids;
  }
}
