package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.query.QueryService.Answer;
import io.selfrag.query.QueryService.As;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NothingBlocks.class)
class AuditLogIT {
  private static final QueryService SERVICE = QueryService.shared();

  private static Answer log(String filter) {
    return QueryService.require(200, SERVICE.get(As.OPERATOR, "/admin/audit-log?" + filter));
  }

  @Test
  void whatWasJustDoneIsThereWithItsTargetAndNewestFirst() {
    var tenant = SERVICE.tenant();
    var path = "/admin/tenants/" + tenant.id();
    SERVICE.post(As.OPERATOR, path + "/disable", Map.of("reason", "unpaid"), "X-Request-ID", "off-" + tenant.id());
    SERVICE.post(As.OPERATOR, path + "/enable", null);

    var found = log("actor=operator&tenant_id=" + tenant.id());
    assertThat(found.at("/total")).isEqualTo("3");
    assertThat(found.at("/items/0/action")).isEqualTo("POST /admin/tenants/{id}/enable");
    assertThat(found.at("/items/1/request_id")).isEqualTo("off-" + tenant.id());
    assertThat(found.at("/items/1/result")).isEqualTo("ok");
    assertThat(found.at("/items/1/actor")).isEqualTo("operator");
    assertThat(found.at("/items/1/actor_name")).isEqualTo("ADMIN_TOKEN");
    assertThat(found.at("/items/1/target/tenant_id")).isEqualTo(tenant.id().toString());
    assertThat(found.at("/items/2/action")).isEqualTo("POST /admin/tenants");
    assertThat(found.at("/items/2/target/created")).isEqualTo(tenant.id().toString());
    assertThat(found.at("/items/0/at")).endsWith("Z");
  }

  @Test
  void keyEventsOfATenantAreThereAndNoSecretIs() {
    var tenant = SERVICE.tenant();
    var made = SERVICE.post(tenant.admin(), "/v1/api-keys", Map.of("name", "k"));
    var path = "/v1/api-keys/" + made.at("/id");
    var rotated = SERVICE.post(tenant.admin(), path + "/rotate", null);
    SERVICE.post(tenant.admin(), path + "/revoke", null);
    SERVICE.delete(tenant.admin(), path);

    var found = log("target=" + made.at("/id") + "&tenant_id=" + tenant.id());
    assertThat(found.body().path("items")).extracting(it -> it.path("action").asString()).containsExactly(
        "DELETE /v1/api-keys/{id}", "POST /v1/api-keys/{id}/revoke", "POST /v1/api-keys/{id}/rotate",
        "POST /v1/api-keys");
    assertThat(found.text()).doesNotContain(made.at("/api_key"), rotated.at("/api_key"), QueryService.ADMIN_TOKEN);
    assertThat(found.at("/items/0/actor_id")).isEqualTo(SERVICE.get(tenant.admin(), "/v1/me").at("/key_id"));
  }

  @Test
  void whatIsAnothersIsDeniedWhereverItWasNamedThoughItIsAnsweredLikeNothing() {
    var tenant = SERVICE.tenant();
    var other = SERVICE.tenant();
    var base = QueryService.require(201, SERVICE.post(other.admin(), "/v1/knowledge-bases", Map.of("name", "kb")))
        .at("/id");
    var nobodys = UUID.randomUUID().toString();
    for (String id : List.of(nobodys, base)) {
      SERVICE.get(tenant.read(), "/v1/knowledge-bases/" + id);
      SERVICE.post(tenant.read(), "/v1/retrieve", Map.of("query", "heron", "knowledge_base_ids", List.of(nobodys, id)));
      SERVICE.post(tenant.admin(), "/v1/conversations", Map.of("knowledge_base_ids", List.of(id)));
      SERVICE.post(tenant.admin(), "/v1/api-keys", Map.of("name", "k", "scope_kb_ids", List.of(id)));
    }

    var found = log("denied=true&tenant_id=" + tenant.id());
    assertThat(found.body().path("items")).extracting(it -> it.path("action").asString()).containsExactly(
        "POST /v1/api-keys", "POST /v1/conversations", "POST /v1/retrieve", "GET /v1/knowledge-bases/{id}");
    assertThat(found.body().path("items")).allSatisfy(it -> {
      assertThat(it.path("result").asString()).isEqualTo("denied");
      assertThat(it.path("status").asInt()).isEqualTo(404);
    });
    assertThat(log("denied=true&tenant_id=" + other.id()).at("/total")).isEqualTo("0");
  }

  @Test
  void theListIsFilteredAndPaged() {
    var tenant = SERVICE.tenant();
    for (int i = 0; i < 5; i++) {
      SERVICE.post(tenant.read(), "/v1/knowledge-bases", Map.of("name", "n"));
    }
    var mine = "tenant_id=" + tenant.id();

    var denied = log(mine + "&denied=true&page_size=2&page=3");
    assertThat(denied.at("/total")).isEqualTo("5");
    assertThat(denied.at("/pages")).isEqualTo("3");
    assertThat(denied.body().path("items")).hasSize(1);
    assertThat(denied.at("/items/0/result")).isEqualTo("denied");
    assertThat(log(mine + "&code=ROLE_NOT_ALLOWED").at("/total")).isEqualTo("5");
    assertThat(log(mine + "&status=201&action=POST%20/v1/api-keys").at("/total")).isEqualTo("2");
    assertThat(log(mine + "&since=2999-01-01T00:00:00Z").at("/total")).isEqualTo("0");
    assertThat(log(mine + "&until=2001-01-01T00:00:00Z").at("/total")).isEqualTo("0");
    assertThat(log(mine + "&address=192.0.2.1").at("/total")).isEqualTo("0");
    assertThat(log(mine + "&actor=" + SERVICE.get(tenant.read(), "/v1/me").at("/key_id")).at("/total")).isEqualTo("5");
    assertThat(log("tenant_id=" + UUID.randomUUID()).at("/total")).isEqualTo("0");
  }

  @Test
  void pagesFollowEachOtherWhateverIsAddedMeanwhile() {
    var tenant = SERVICE.tenant();
    for (int i = 0; i < 5; i++) {
      SERVICE.post(tenant.read(), "/v1/knowledge-bases", Map.of("name", "n"));
    }
    var mine = "denied=true&page_size=2&tenant_id=" + tenant.id();
    var seen = new ArrayList<String>();
    var page = log(mine);
    while (true) {
      page.body().path("items").forEach(it -> seen.add(it.path("id").asString()));
      SERVICE.post(tenant.read(), "/v1/knowledge-bases", Map.of("name", "n"));
      if (page.body().path("next_cursor").isNull()) {
        break;
      }
      page = log(mine + "&cursor=" + page.at("/next_cursor"));
    }

    assertThat(seen).hasSize(5).doesNotHaveDuplicates();
    assertThat(seen.stream().map(Long::valueOf).toList()).isSortedAccordingTo(Comparator.reverseOrder());
  }

  @Test
  void aLongLogIsCountedAndSkippedToABoundOnly() {
    var tenant = UUID.randomUUID();
    SERVICE.sql("insert into audit_log (at, tenant_id, actor_kind, action, status, request_id) select now(), '" + tenant
        + "', 'producer', 'PRODUCE Upsert', 202, '' from generate_series(1, 10050)");

    var page = log("tenant_id=" + tenant + "&page_size=100&page=100");
    assertThat(page.at("/total")).isEqualTo("10000");
    assertThat(page.at("/total_is_capped")).isEqualTo("true");
    assertThat(page.at("/items/0/actor")).isEqualTo("producer");
    var rest = log("tenant_id=" + tenant + "&page_size=100&cursor=" + page.at("/next_cursor"));
    assertThat(rest.body().path("items")).hasSize(50);
    assertThat(rest.body().path("next_cursor").isNull()).isTrue();
    assertThat(SERVICE.get(As.OPERATOR, "/admin/audit-log?page_size=100&page=101").status()).isEqualTo(422);
  }

  @Test
  void whatIsRareInALongLogIsLookedForInBoundedStepsThatGoOnAtTheCursor() {
    var tenant = UUID.randomUUID();
    SERVICE.sql("insert into audit_log (at, tenant_id, actor_kind, action, target, status, request_id) select now() - "
        + "make_interval(secs => 50001 - i), '" + tenant
        + "', 'producer', case i when 1 then 'RARE' else 'COMMON' end, '{\"id\": \"" + tenant + "\"}', "
        + "202, '' from generate_series(1, 50001) as i");
    assertThat(log("target=" + tenant + "&page_size=1").body().path("items")).hasSize(1);
    for (String also : List.of("&actor=producer", "&target=" + tenant)) {
      var rare = "action=RARE&tenant_id=" + tenant + also;

      var first = log(rare);
      assertThat(first.body().path("items")).isEmpty();
      assertThat(first.at("/total")).isEqualTo("0");
      assertThat(first.at("/total_is_capped")).isEqualTo("true");
      var second = log(rare + "&cursor=" + first.at("/next_cursor"));
      assertThat(second.body().path("items")).hasSize(1);
      assertThat(second.body().path("next_cursor").isNull()).isTrue();
    }
  }

  @Test
  void everyTwoFiltersGoTogether() {
    var filters = List.of("tenant_id=" + UUID.randomUUID(), "actor=operator", "actor=" + UUID.randomUUID(),
        "action=POST",
        "target=x", "status=200", "code=X", "denied=true", "address=192.0.2.1", "request_id=x",
        "since=2020-01-01T00:00:00Z", "until=2999-01-01T00:00:00Z", "cursor=1-1");
    for (int i = 0; i < filters.size(); i++) {
      for (String other : filters.subList(0, i)) {
        log(filters.get(i) + "&" + other);
      }
    }
  }

  @Test
  void aTargetOfAnyTextIsLookedForAsItIs() {
    for (String target : List.of("%22", "%5C", "%22%20%7C%7C%20true", "%F0%9F%A6%A9", "%01", "%27")) {
      assertThat(log("target=" + target + "&tenant_id=" + UUID.randomUUID()).at("/total")).isEqualTo("0");
    }
  }

  @Test
  void aFilterThatIsNoneIsRefused() {
    for (String filter : List.of("tenant_id=x", "status=x", "since=yesterday", "action=%00", "actor=", "page=0",
        "page_size=101", "cursor=x", "cursor=1-")) {
      assertThat(SERVICE.get(As.OPERATOR, "/admin/audit-log?" + filter).status()).as(filter).isEqualTo(422);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"since=+999999-01-01T00:00:00Z", "until=-99999-01-01T00:00:00Z", "since=yesterday"})
  void aTimeThatNoDatabaseHoldsIsRefused(String filter) {
    var answer = SERVICE.get(As.OPERATOR, "/admin/audit-log?" + filter.replace("+", "%2B"));

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.at("/code")).isEqualTo("VALIDATION_ERROR");
  }

  @ParameterizedTest
  @ValueSource(strings = {"+999999-01-01T00:00:00Z", "-99999-01-01T00:00:00Z", "1700000000"})
  void aKeyCannotExpireAtATimeThatNoDatabaseHolds(String expiry) {
    var answer = SERVICE.post(SERVICE.tenant().admin(), "/v1/api-keys", Map.of("name", "k", "expires_at", expiry));

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.text()).contains("expires_at");
  }
}
