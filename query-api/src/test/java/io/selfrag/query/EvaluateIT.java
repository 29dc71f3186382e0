package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.selfrag.query.QueryService.Answer;
import io.selfrag.query.QueryService.As;
import io.selfrag.query.QueryService.Tenant;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.avro.Sensitivity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingBlocks.class)
class EvaluateIT {
  private static final QueryService SERVICE = QueryService.shared();
  private static final Library LIBRARY = new Library(SERVICE);

  @Test
  void judgedQueriesAreMeasuredByEachRetriever() {
    var tenant = SERVICE.tenant();
    var badger = LIBRARY.add(tenant, Library.document("the badger digs a burrow", "and sleeps in it"));
    var heron = LIBRARY.add(tenant, new Library.Draft(Ids.documentId(tenant.knowledgeBase(), "heron"),
        List.of("the heron waits in the reeds"), "t", Map.of(), Sensitivity.PUBLIC, List.of(),
        Library.document("x").model(), Library.document("x").isolation()));
    LIBRARY.add(tenant, Library.document("trains leave at noon"));

    var answer = evaluate(tenant.read(), tenant, Map.of("details", true, "k", 1, "queries",
        List.of(query("q1", "badger burrow", Map.of(badger.toString(), 1)),
            query("q2", "heron reeds", Map.of("heron", 2)),
            query("q3", "trains", Map.of(heron.toString(), 1)))));

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.body().path("evaluated").asInt()).isEqualTo(3);
    assertThat(answer.body().path("retrievers").valueStream().map(it -> it.path("name").asString()))
        .containsExactly("hybrid", "dense", "bm25");
    var hybrid = answer.body().at("/retrievers/0");
    // Two of three first; the third asks for what ranks lower.
    assertThat(hybrid.at("/metrics/recall@100").asDouble()).isBetween(0.66, 1.0);
    assertThat(hybrid.at("/metrics/ndcg@1").asDouble()).isCloseTo(2.0 / 3, within(1e-9));
    assertThat(hybrid.at("/metrics/mrr").asDouble()).isBetween(0.66, 0.9);
    assertThat(hybrid.at("/latency_ms/p50").asDouble()).isPositive();
    assertThat(hybrid.at("/details/1/id").asString()).isEqualTo("q2");
    assertThat(hybrid.at("/details/1/metrics/ndcg@10").asDouble()).isEqualTo(1);
    var comparison = answer.body().at("/comparisons/1");
    assertThat(comparison.path("baseline").asString()).isEqualTo("hybrid");
    assertThat(comparison.path("retriever").asString()).isEqualTo("bm25");
    assertThat(comparison.path("p_value").asDouble()).isBetween(0.0, 1.0);
  }

  @Test
  void aHundredDocumentsAreLookedAtThoughARequestShowsFifty() {
    var tenant = SERVICE.tenant();
    var relevant = new HashMap<String, Integer>();
    for (int i = 0; i < 90; i++) {
      relevant.put(LIBRARY.add(tenant, Library.document("badger number " + i)).toString(), 1);
    }

    var answer = evaluate(tenant.read(), tenant,
        Map.of("queries", List.of(query("q", "badger number", relevant)), "retrievers",
            List.of(Map.of("name", "bm25"))));

    assertThat(answer.body().at("/retrievers/0/metrics/recall@100").asDouble()).as(answer.text()).isEqualTo(1);
    assertThat(answer.body().at("/retrievers/0/details").isNull()).isTrue();
  }

  @Test
  void theKeysRightsHold() {
    var tenant = SERVICE.tenant();
    var secret = LIBRARY.add(tenant, Library.document("the badger's secret").secret(Sensitivity.RESTRICTED, "ann"));
    LIBRARY.add(tenant, Library.document("the badger in public"));
    var elsewhere = SERVICE.knowledgeBase(tenant.admin(), Map.of());
    var scoped = SERVICE.key(tenant.admin(), Map.of("scope_kb_ids", List.of(elsewhere)));
    var body = Map.<String, Object>of("queries", List.of(query("q", "badger", Map.of(secret.toString(), 1))),
        "retrievers", List.of(Map.of("name", "hybrid")));

    assertThat(evaluate(tenant.read(), tenant, body).body().at("/retrievers/0/metrics/mrr").asDouble()).isZero();
    assertThat(evaluate(tenant.admin(), tenant, body).body().at("/retrievers/0/metrics/mrr").asDouble()).isPositive();
    assertThat(evaluate(scoped, tenant, body).code()).isEqualTo("KB_NOT_IN_SCOPE");
    assertThat(evaluate(SERVICE.tenant().admin(), tenant, body).code()).isEqualTo("KB_NOT_FOUND");
  }

  @Test
  void whatCannotBeEvaluatedIsRefusedWithItsPlace() {
    var tenant = SERVICE.tenant();
    var fine = query("q", "badger", Map.of(UUID.randomUUID().toString(), 1));

    for (Map<String, Object> body : List.<Map<String, Object>>of(Map.of("queries", List.of()),
        Map.of("queries", List.of(fine, fine)), Map.of("queries", List.of(query("q", "x", Map.of("d", 0)))),
        Map.of("queries", List.of(query("q", " ", Map.of("d", 1)))),
        Map.of("queries", List.of(fine), "k", 101),
        Map.of("queries", List.of(fine), "retrievers", List.of(Map.of("name", "telepathy"))))) {
      var answer = evaluate(tenant.read(), tenant, body);
      assertThat(answer.status()).as(answer.text()).isEqualTo(422);
      assertThat(answer.body().at("/errors/0/loc/0").asString()).isEqualTo("body");
    }
  }

  private static Map<String, Object> query(String id, String text, Map<String, Integer> relevant) {
    return Map.of("id", id, "text", text, "relevant", relevant);
  }

  private static Answer evaluate(As as, Tenant tenant, Map<String, Object> body) {
    return SERVICE.post(as, "/v1/knowledge-bases/" + tenant.knowledgeBase() + "/evaluate", body);
  }
}
