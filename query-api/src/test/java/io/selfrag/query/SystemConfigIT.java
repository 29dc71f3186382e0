package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.generation.remote.StubChatServer;
import io.selfrag.query.QueryService.Answer;
import io.selfrag.query.QueryService.As;
import io.selfrag.query.QueryService.Tenant;
import io.selfrag.servers.FreePorts;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two replicas of one deployment; the other has no Redis to hear changes by, and another SECRET_KEY. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(NothingBlocks.class)
class SystemConfigIT {
  private static final String PATH = "/admin/system-config";
  private static final Duration SOON = Duration.ofSeconds(1);

  private StubChatServer model;
  private StubChatServer stranger;
  private QueryService service;
  private QueryService other;
  private Tenant tenant;

  @BeforeAll
  void start() {
    model = new StubChatServer().alsoHas("other:1b");
    stranger = new StubChatServer();
    var settings = new HashMap<String, Object>(Map.of("LLM_PROVIDER", "openai", "LLM_BASE_URL",
        model.url().resolve("/v1").toString(), "LLM_MODEL", StubChatServer.MODEL, "LLM_API_KEY", "sk-of-environment",
        "LLM_RETRIES", 0, "SECRET_KEY", "the first key of the tests"));
    service = new QueryService(settings, Map.of());
    settings.putAll(Map.of("DATABASE_URL", service.database.url(), "KAFKA_TOPIC_PREFIX", service.topics.prefix(),
        "REDIS_URL", "redis://localhost:" + FreePorts.any(), "SECRET_KEY", "another key of the tests"));
    other = new QueryService(settings, Map.of());
    tenant = service.tenant();
  }

  @AfterEach
  void reset() {
    QueryService.require(200, service.post(As.OPERATOR, PATH + "/reset", null));
    await().atMost(SOON).until(() -> other.get(As.OPERATOR, PATH + "/llm_model").at("/source").equals("env"));
  }

  @AfterAll
  void stop() {
    other.close();
    service.close();
    stranger.close();
    model.close();
  }

  @Test
  void everyKeyIsListedWithItsTypeAndWhereItsValueComesFrom() {
    put("llm_max_tokens", 77);

    var list = QueryService.require(200, service.get(As.OPERATOR, PATH));

    assertThat(list.body().path("items").valueStream()
        .map(it -> it.path("key").asString() + " " + it.path("type").asString() + " "
            + it.path("source").asString() + " " + it.path("value"))
        .toList()).containsExactly("llm_provider string env \"openai\"", "llm_model string env \"stub:1b\"",
            "llm_temperature number default 0.2", "llm_max_tokens integer database 77",
            "llm_api_key string env \"********\"", "rerank_enabled boolean default false",
            "rerank_provider string default null", "rerank_model string default null",
            "rerank_top_k integer default 20", "rerank_api_key string default null");
    assertThat(list.at("/total")).isEqualTo("10");
    assertThat(list.at("/items/3/updated_by")).isEqualTo("ADMIN_TOKEN");
    assertThat(list.at("/items/3/variable")).isEqualTo("LLM_MAX_TOKENS");
    assertThat(service.get(As.OPERATOR, PATH + "/llm_max_tokens").body()).isEqualTo(list.body().at("/items/3"));
    assertThat(service.get(As.OPERATOR, PATH + "?page=2&page_size=9").at("/items/0/key")).isEqualTo("rerank_api_key");
    assertThat(service.get(As.OPERATOR, PATH + "/llm_mood").code()).isEqualTo("NOT_FOUND");
  }

  @Test
  void aChangeIsInForceForTheNextAnswerAndWithinASecondOnTheOtherReplicaWithoutRedis() {
    assertThat(talk(service).at("/model")).isEqualTo(StubChatServer.MODEL);
    assertThat(talk(other).at("/model")).isEqualTo(StubChatServer.MODEL);

    put("llm_model", "other:1b");

    assertThat(talk(service).at("/model")).isEqualTo("other:1b");
    assertThat(service.post(tenant.read(), "/v1/rag",
        Map.of("query", "heron?", "knowledge_base_ids", List.of(tenant.knowledgeBase()))).at("/model/llm_model"))
        .isEqualTo("other:1b");
    await().pollInterval(Duration.ofMillis(20)).atMost(SOON)
        .until(() -> other.get(As.OPERATOR, PATH + "/llm_model").at("/value").equals("other:1b"));
    assertThat(talk(other).at("/model")).isEqualTo("other:1b");

    put("llm_temperature", 1.5);
    talk(service);
    assertThat(model.chats().getLast().body().path("temperature").asDouble()).isEqualTo(1.5);
    put("llm_provider", "extractive");
    assertThat(talk(service).code()).isEqualTo("MODEL_UNAVAILABLE");
  }

  @Test
  void aChangeThatNobodyCanTellOfIsFound() {
    QueryService.require(200, other.send(As.OPERATOR, "PUT", PATH + "/llm_max_tokens", Map.of("value", 5)));
    await().pollInterval(Duration.ofMillis(20)).atMost(SOON)
        .until(() -> service.get(As.OPERATOR, PATH + "/llm_max_tokens").at("/value").equals("5"));
  }

  @Test
  void aNullAndAResetGoBackToTheEnvironment() {
    put("llm_model", "other:1b");
    put("rerank_top_k", 7);
    var cleared = service.send(As.OPERATOR, "PUT", PATH + "/llm_model", "{\"value\": null}");
    assertThat(QueryService.require(200, cleared).at("/value")).isEqualTo(StubChatServer.MODEL);
    assertThat(cleared.at("/source")).isEqualTo("env");

    put("llm_model", "other:1b");
    service.post(As.OPERATOR, PATH + "/reset", Map.of("keys", List.of("llm_model")));
    assertThat(service.get(As.OPERATOR, PATH + "/llm_model").at("/source")).isEqualTo("env");
    assertThat(service.get(As.OPERATOR, PATH + "/rerank_top_k").at("/source")).isEqualTo("database");

    var all = QueryService.require(200, service.post(As.OPERATOR, PATH + "/reset", null));
    assertThat(all.text()).doesNotContain("database");
    assertThat(service.column("select key from system_config")).isEmpty();
    assertThat(service.post(As.OPERATOR, PATH + "/reset", Map.of("keys", List.of("llm_mood"))).status()).isEqualTo(422);
  }

  @Test
  void aValueThatIsNotRightIsRefusedAndNothingIsChanged() {
    refused("llm_provider", "\"magic\"", "value_error");
    refused("llm_provider", "7", "type_error");
    refused("llm_model", "\" \"", "value_error");
    refused("llm_model", "\"a\\nb\"", "value_error");
    refused("llm_model", "[\"m\"]", "type_error");
    refused("llm_temperature", "2.5", "value_error");
    refused("llm_temperature", "\"0.5\"", "type_error");
    refused("llm_max_tokens", "0", "value_error");
    refused("llm_max_tokens", "1.5", "type_error");
    refused("llm_max_tokens", "99999999999", "value_error");
    refused("rerank_enabled", "\"yes\"", "type_error");
    refused("rerank_provider", "\"No such!\"", "value_error");
    refused("rerank_top_k", "0", "value_error");
    assertThat(service.send(As.OPERATOR, "PUT", PATH + "/llm_model", "{}").status()).isEqualTo(422);
    assertThat(service.send(As.OPERATOR, "PUT", PATH + "/llm_model", "{\"value\": \"m\", \"x\": 1}").status())
        .isEqualTo(422);
    assertThat(service.send(As.OPERATOR, "PUT", PATH + "/llm_mood", "{\"value\": 1}").status()).isEqualTo(404);
    assertThat(service.column("select key from system_config")).isEmpty();
  }

  @Test
  void aStoredKeyIsEncryptedNeverShownAndSentToTheConfiguredServerAlone() {
    var stored = put("llm_api_key", "sk-stored-by-the-operator");

    assertThat(stored.at("/value")).isEqualTo("********");
    assertThat(service.get(As.OPERATOR, PATH).text()).doesNotContain("sk-stored").doesNotContain("sk-of");
    assertThat(service.column("select value from system_config where key = 'llm_api_key'").toString())
        .startsWith("[v1:").doesNotContain("stored");
    talk(service);
    assertThat(model.chats().getLast().authorization()).isEqualTo("Bearer sk-stored-by-the-operator");
    var audit = service.get(As.OPERATOR, "/admin/audit-log?target=llm_api_key");
    assertThat(audit.at("/items/0/action")).isEqualTo("PUT /admin/system-config/{key}");
    assertThat(audit.text()).doesNotContain("sk-stored");

    service.post(As.OPERATOR, PATH + "/reset", null);
    talk(service);
    assertThat(model.chats().getLast().authorization()).isEqualTo("Bearer sk-of-environment");
  }

  @Test
  void aKeyThatWasStoredUnderAnotherSecretKeyIsSaidToBeAndNoOtherIsSentInItsPlace() {
    put("llm_api_key", "sk-stored-by-the-operator");
    await().atMost(SOON).until(() -> other.get(As.OPERATOR, PATH + "/llm_api_key").at("/error").contains("SECRET_KEY"));
    int before = model.chats().size();

    assertThat(other.get(As.OPERATOR, PATH + "/llm_api_key").at("/error"))
        .isEqualTo("it was encrypted with another SECRET_KEY: store it again, or set that one");
    var refused = talk(other);
    assertThat(refused.code()).isEqualTo("MODEL_UNAVAILABLE");
    assertThat(refused.at("/detail")).contains("must store it again").doesNotContain("sk-");
    assertThat(other.get(As.NOBODY, "/health/detailed").at("/components/chat-model/status")).isEqualTo("down");
    assertThat(model.chats()).hasSize(before);

    QueryService.require(200, other.send(As.OPERATOR, "PUT", PATH + "/llm_api_key", Map.of("value", "sk-again")));
    talk(other);
    assertThat(model.chats().getLast().authorization()).isEqualTo("Bearer sk-again");
  }

  @Test
  void aTenantCannotSendTheOperatorsKeyAnywhere() {
    var address = stranger.url().resolve("/v1").toString();
    var bases = List.of(tenant.knowledgeBase());
    int before = model.chats().size();
    for (String field : List.of("base_url", "api_base", "url", "endpoint", "api_key")) {
      var body = Map.of("query", "heron?", "knowledge_base_ids", bases, "llm_override",
          Map.of("provider", "openai", "model", StubChatServer.MODEL, field, address));
      assertThat(service.post(tenant.admin(), "/v1/rag", body).status()).as(field).isEqualTo(422);
      service.post(tenant.admin(), "/v1/chat/completions", Map.of("messages",
          List.of(Map.of("role", "user", "content", "Hi, what are you?")), field, address, "model", address));
    }
    assertThat(service.post(tenant.admin(), "/v1/rag", Map.of("query", "heron?", "knowledge_base_ids", bases,
        "llm_override", Map.of("provider", address))).status()).isEqualTo(422);
    model.thinks(_ -> "see " + address);
    model.play(new StubChatServer.Script.Refusal(307, "", Map.of("Location", address + "/chat/completions")));
    talk(service);

    assertThat(stranger.chats()).isEmpty();
    assertThat(model.chats().stream().skip(before)).hasSize(6)
        .allSatisfy(it -> assertThat(it.authorization()).isEqualTo("Bearer sk-of-environment"));
  }

  private Answer put(String key, Object value) {
    return QueryService.require(200, service.send(As.OPERATOR, "PUT", PATH + "/" + key, Map.of("value", value)));
  }

  private void refused(String key, String value, String type) {
    var answer = service.send(As.OPERATOR, "PUT", PATH + "/" + key, "{\"value\": " + value + "}");
    assertThat(answer.status()).as(key + " " + value).isEqualTo(422);
    assertThat(answer.code()).isEqualTo("VALIDATION_ERROR");
    assertThat(answer.at("/errors/0/loc/1")).isEqualTo("value");
    assertThat(answer.at("/errors/0/type")).as(key + " " + value).isEqualTo(type);
    assertThat(answer.at("/errors/0/msg")).doesNotContain("LLM_").doesNotContain("RERANK_");
  }

  private Answer talk(QueryService at) {
    return at.post(tenant.read(), "/v1/chat/completions",
        Map.of("messages", List.of(Map.of("role", "user", "content", "Hi, what are you?"))));
  }
}
