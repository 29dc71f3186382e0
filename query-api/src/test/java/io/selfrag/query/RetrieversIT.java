package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.query.QueryService.Answer;
import io.selfrag.query.QueryService.As;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(NothingBlocks.class)
class RetrieversIT {
  private static final QueryService SERVICE = QueryService.shared();
  private static final Library LIBRARY = new Library(SERVICE);
  private static final Map<String, Object> SCHEMA = Map.of("properties",
      Map.of("kind", Map.of("type", "string", "enum", List.of("report", "letter")), "year", Map.of("type", "integer")));

  @AfterEach
  void forget() {
    QueryService.sharedModel().thinks(_ -> "The stub says hello.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fusion", "multi_query", "hyde", "self_query", "parent_document", "ensemble"})
  void everyRetrieverFindsThePassage(String retriever) {
    var tenant = SERVICE.tenant();
    var id = LIBRARY.add(tenant, Library.document("the badger digs a burrow"));
    LIBRARY.add(tenant, Library.document("trains leave at noon"));

    var answer = retrieve(tenant.read(), tenant.knowledgeBase(), "badger burrow", retriever, params(retriever));

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.at("/results/0/document_id")).isEqualTo(id.toString());
    assertThat(answer.at("/model/retriever")).isEqualTo(retriever);
    assertThat(answer.body().at("/results/0/scores/fused").isNumber()).isTrue();
    assertThat(answer.at("/results/0/scores/rerank")).isEqualTo("null");
  }

  @Test
  void wordingsOfTheLanguageModelAreShownAndFindWhatTheQuestionDoesNot() {
    var tenant = SERVICE.tenant();
    var id = LIBRARY.add(tenant, Library.document("brock excavates a sett"));
    QueryService.sharedModel().thinks(_ -> "1. brock sett\n- excavates");

    var answer = retrieve(tenant.read(), tenant.knowledgeBase(), "badger burrow", "multi_query", Map.of());

    assertThat(answer.body().path("generated_queries").valueStream().map(JsonNode::asString))
        .containsExactly("brock sett", "excavates");
    assertThat(answer.at("/results/0/document_id")).isEqualTo(id.toString());
    assertThat(answer.at("/model/llm_provider")).isEqualTo("ollama");
    assertThat(answer.at("/hyde_queries")).isEqualTo("null");
  }

  @Test
  void withoutTheLanguageModelRulesTakeItsPlaceWhichIsSaid() {
    var tenant = SERVICE.tenant();
    LIBRARY.add(tenant, Library.document("the badger digs a burrow"));
    QueryService.sharedModel().refuse(500, "{}");

    var answer = retrieve(tenant.read(), tenant.knowledgeBase(), "Where does the badger dig its burrow?", "hyde",
        Map.of());

    assertThat(answer.body().path("results")).isNotEmpty();
    assertThat(answer.at("/hyde_queries/0")).contains("badger");
    assertThat(answer.at("/model/llm_provider")).isEqualTo("rules");
    assertThat(answer.at("/explanation/notes/0")).contains("rules");
  }

  @Test
  void filtersOfTheLanguageModelApplyAsFarAsTheSchemaHasThem() {
    var tenant = SERVICE.tenant();
    var base = SERVICE.knowledgeBase(tenant.admin(), Map.of("metadata_schema", SCHEMA));
    var report = LIBRARY.add(tenant.id(), base,
        Library.document("badgers dig").metadata(Map.of("kind", "report", "year", 2023)));
    LIBRARY.add(tenant.id(), base, Library.document("badgers dig").metadata(Map.of("kind", "letter", "year", 2023)));
    QueryService.sharedModel()
        .thinks(_ -> "```json\n{\"kind\": \"report\", \"year\": {\"$gte\": 2020}, \"tenant_id\": \"other\"}\n```");

    var answer = retrieve(tenant.read(), base, "reports on badgers since 2020", "self_query", Map.of());

    assertThat(documents(answer)).containsExactly(report.toString());
    assertThat(answer.body().path("parsed_filters").toString())
        .isEqualTo("{\"kind\":\"report\",\"year\":{\"$gte\":2020}}");
    assertThat(answer.at("/explanation/notes/0")).contains("tenant_id");
  }

  @Test
  void theKnowledgeBasesOwnRetrieverIsCheckedWhenItIsSet() {
    var tenant = SERVICE.tenant();
    var base = SERVICE.knowledgeBase(tenant.admin(), Map.of("query",
        Map.of("retriever", Map.of("name", "hybrid", "params", Map.of("dense_weight", 0.2, "fusion", "weighted")))));
    var id = LIBRARY.add(tenant.id(), base, Library.document("the badger digs"));

    var own = SERVICE.post(tenant.read(), "/v1/retrieve",
        Map.of("query", "badger", "knowledge_base_ids", List.of(base)));
    assertThat(documents(own)).containsExactly(id.toString());

    var wrong = SERVICE.post(tenant.admin(), "/v1/knowledge-bases", Map.of("name", "w", "config", Map.of("query",
        Map.of("retriever", Map.of("name", "hyde", "params", Map.of("passages", 9))))));
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.code()).isEqualTo("KB_CONFIG_ERROR");
    assertThat(wrong.at("/detail")).contains("from 1 to 4 as 'passages'");
  }

  @Test
  void operatorsAreListedWithSchemasOfTheirParameters() {
    var answer = SERVICE.get(SERVICE.tenant().read(), "/v1/pipeline/operators");

    assertThat(answer.body().path("retrievers").valueStream().map(it -> it.path("name").asString())).containsExactly(
        "hybrid", "dense", "bm25", "fusion", "multi_query", "hyde", "self_query", "parent_document", "ensemble");
    assertThat(answer.body().path("chunkers").valueStream().map(it -> it.path("name").asString()))
        .contains("recursive", "parent_child");
    assertThat(answer.body().path("post_processors").valueStream().map(it -> it.path("name").asString()))
        .containsExactly("rerank", "mmr", "context_window");
    var hybrid = answer.body().at("/retrievers/0");
    assertThat(hybrid.path("is_default").asBoolean()).isTrue();
    assertThat(hybrid.at("/params_schema/properties/fusion/enum").toString()).isEqualTo("[\"weighted\",\"rrf\"]");
    assertThat(hybrid.at("/params_schema/properties/candidates/default").asInt()).isPositive();
    assertThat(hybrid.at("/params_schema/additionalProperties").asBoolean()).isFalse();
  }

  @Test
  void aLanguageModelReranksWhereTheOperatorChoseIt() {
    var tenant = SERVICE.tenant();
    LIBRARY.add(tenant, Library.document("badger badger badger"));
    var best = LIBRARY.add(tenant, Library.document("the badger digs a burrow by night with its claws"));
    SERVICE.send(As.OPERATOR, "PUT", "/admin/system-config/rerank_provider", Map.of("value", "llm"));
    try {
      QueryService.sharedModel().thinks(it -> {
        int first = it.prompt().indexOf("n=\"1\"");
        boolean digsFirst = it.prompt().indexOf("digs") < it.prompt().indexOf("n=\"2\"") && first >= 0
            && it.prompt().indexOf("digs") > first;
        return digsFirst ? "1: 9\n2: 1" : "1: 1\n2: 9";
      });

      var answer = SERVICE.post(tenant.read(), "/v1/retrieve", Map.of("query", "badger", "knowledge_base_ids",
          List.of(tenant.knowledgeBase()), "rerank", true, "explain", true));

      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.at("/results/0/document_id")).isEqualTo(best.toString());
      assertThat(answer.body().at("/results/0/scores/rerank").asDouble()).isEqualTo(0.9);
      assertThat(answer.body().at("/results/0/score").asDouble()).isEqualTo(0.9);
      assertThat(answer.at("/model/rerank_provider")).isEqualTo("llm");
      assertThat(answer.body().at("/explanation/stage_ms/rerank").isNumber()).isTrue();
    } finally {
      SERVICE.send(As.OPERATOR, "PUT", "/admin/system-config/rerank_provider", "{\"value\": null}");
    }
  }

  @Test
  void lateInteractionReranksWithoutAServer() {
    var tenant = SERVICE.tenant();
    LIBRARY.add(tenant, Library.document("badger badger badger"));
    LIBRARY.add(tenant, Library.document("the badger digs a burrow by night with its claws"));
    SERVICE.send(As.OPERATOR, "PUT", "/admin/system-config/rerank_provider", Map.of("value", "late_interaction"));
    try {
      var answer = SERVICE.post(tenant.read(), "/v1/retrieve", Map.of("query", "When does a badger dig its burrow?",
          "knowledge_base_ids", List.of(tenant.knowledgeBase()), "rerank", true));

      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.at("/results/0/text")).contains("digs");
      assertThat(answer.body().at("/results/0/scores/rerank").asDouble()).isBetween(0.5, 1.0);
      assertThat(answer.at("/model/rerank_provider")).isEqualTo("late_interaction");
      assertThat(answer.at("/model/rerank_model")).isEqualTo("maxsim");
    } finally {
      SERVICE.send(As.OPERATOR, "PUT", "/admin/system-config/rerank_provider", "{\"value\": null}");
    }
  }

  private static Map<String, Object> params(String retriever) {
    return retriever.equals("ensemble")
        ? Map.of("retrievers", List.of(Map.of("name", "dense"), Map.of("name", "bm25", "weight", 2)))
        : Map.of();
  }

  private static List<String> documents(Answer answer) {
    return answer.body().path("results").valueStream().map(it -> it.path("document_id").asString()).distinct().toList();
  }

  private static Answer retrieve(As as, UUID base, String query, String retriever, Map<String, Object> params) {
    var body = new HashMap<String, Object>(
        Map.of("query", query, "knowledge_base_ids", List.of(base), "explain", true));
    body.put("retriever_override", Map.of("name", retriever, "params", params));
    return SERVICE.post(as, "/v1/retrieve", body);
  }
}
