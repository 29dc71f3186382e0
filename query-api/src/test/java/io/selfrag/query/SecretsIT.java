package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.selfrag.generation.remote.StubChatServer;
import io.selfrag.query.QueryService.Answer;
import io.selfrag.query.QueryService.As;
import io.selfrag.servers.SharedServers;
import io.selfrag.service.kafka.TopicTexts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Uses the service with known secrets, in ways that go well and that do not, and looks for them in all that it leaves behind. */
class SecretsIT {
  private static final String ADMIN_TOKEN = "planted-operator-token-6d1f";
  private static final Map<String, Object> CONFIGURED = Map.of("LLM_API_KEY", "planted-llm-key-3b7a",
      "EMBEDDING_API_KEY",
      "planted-embedding-key-9c2e", "QDRANT_API_KEY", "planted-qdrant-key-5f8d", "RERANK_API_KEY",
      "planted-rerank-key-7e4b", "SECRET_KEY", "planted-secret-key-1a9c-long-enough", "ADMIN_TOKEN", ADMIN_TOKEN);
  private static final As OPERATOR = new As("X-Admin-Token", ADMIN_TOKEN);

  private final List<String> secrets = new ArrayList<>(CONFIGURED.values().stream().map(Object::toString).toList());
  private final List<String> said = new ArrayList<>();
  private QueryService service;

  /** Everything that is logged, with its fields and causes, as it would be written. */
  private static final class Log extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();

    Log() {
      start();
      attach();
    }

    void attach() {
      if (!root.isAttached(this)) {
        root.addAppender(this);
      }
      if (!isStarted()) {
        start();
      }
    }

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(event.getFormattedMessage() + " " + event.getKeyValuePairs() + " "
          + (event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy())));
    }

    @Override
    public void close() {
      root.detachAppender(this);
      stop();
    }
  }

  @Test
  void nothingThatIsLeftBehindHoldsASecret() {
    try (var model = new StubChatServer(); var log = new Log()) {
      var properties = new HashMap<>(CONFIGURED);
      properties.putAll(Map.of("LLM_PROVIDER", "openai", "LLM_BASE_URL", model.url().resolve("/v1").toString(),
          "LLM_MODEL", StubChatServer.MODEL, "LLM_RETRIES", 0, "OPENAI_API_KEY", "planted-openai-key-4d6a"));
      secrets.add("planted-openai-key-4d6a");
      try (var started = new QueryService(properties, Map.of())) {
        service = started;
        log.attach(); // a start that sets up logging begins with no appenders
        secrets.add(service.database.password());
        use(model);
        await().atMost(Duration.ofSeconds(20)).until(() -> service.column("select 1 from outbox").isEmpty());

        clean(log.lines, "the log");
        clean(said, "what was answered");
        clean(List.of(service.get(As.NOBODY, "/metrics").text(), service.get(As.NOBODY, "/health/detailed").text(),
            service.get(OPERATOR, "/admin/audit-log?page_size=100").text(),
            service.get(OPERATOR, "/admin/system-config?page_size=100").text(),
            service.get(OPERATOR, "/admin/tenants?page_size=100").text()), "what operators see");
        clean(tables(), "the database");
        var records = TopicTexts.of(SharedServers.bootstrapServers(), it -> it.startsWith(service.topics.prefix()));
        assertThat(records).isNotEmpty();
        clean(records, "Kafka");
      }
      clean(log.lines, "the log of the stop");
    }
  }

  private void clean(Iterable<String> texts, String where) {
    var looked = secrets.stream().filter(it -> it != null && it.length() > 5).toList();
    assertThat(texts).isNotEmpty()
        .allSatisfy(text -> assertThat(looked).as(where).noneMatch(text::contains));
  }

  /** What an answer gives out once is a secret from then on, wherever else it may stand. */
  private Answer issued(Answer answer, String pointer) {
    secrets.add(QueryService.require(answer.status() == 200 ? 200 : 201, answer).at(pointer));
    return answer;
  }

  private void use(StubChatServer model) {
    var tenant = Map.of("name", "t" + UUID.randomUUID());
    var made = issued(service.post(OPERATOR, "/admin/tenants", tenant, "Idempotency-Key", "first"), "/initial_api_key");
    said(service.post(OPERATOR, "/admin/tenants", tenant, "Idempotency-Key", "first"));
    var admin = As.key(made.at("/initial_api_key"));
    var key = issued(service.post(admin, "/v1/api-keys", Map.of("name", "k", "role", "write")), "/api_key");
    var path = "/v1/api-keys/" + key.at("/id");
    var write = As
        .key(issued(service.post(admin, path + "/rotate", Map.of("grace_seconds", 60)), "/api_key").at("/api_key"));
    var token = issued(service.post(OPERATOR, "/admin/tokens", Map.of("name", "n")), "/token");
    said(service.get(new As("X-Admin-Token", token.at("/token")), "/admin/tokens"));
    said(service.get(admin, path));
    said(service.get(admin, "/v1/api-keys"));
    var base = QueryService.require(201, service.post(write, "/v1/knowledge-bases", Map.of("name", "kb"))).at("/id");

    // Sent where they do not belong, with one letter too many, or to what fails.
    for (String secret : List.copyOf(secrets)) {
      said(service.get(As.key(secret + "x"), "/v1/me"));
      said(service.get(new As("X-Admin-Token", secret + "x"), "/admin/tenants"));
      service.post(write, "/v1/retrieve", Map.of("query", "heron", "knowledge_base_ids", List.of(base)), "X-Request-ID",
          "r", "X-Api-Key", secret, "Cookie", "session=" + secret);
    }
    said(service.get(admin, "/v1/me"));
    for (int status : new int[]{401, 403, 429, 500}) {
      model.refuse(status, "wrong key: " + CONFIGURED.get("LLM_API_KEY"));
      said(service.post(write, "/v1/chat/completions",
          Map.of("messages", List.of(Map.of("role", "user", "content", "What is a heron?")))));
    }
    service.send(OPERATOR, "PUT", "/admin/system-config/llm_api_key", Map.of("value", "planted-changed-key-8c3f"));
    secrets.add("planted-changed-key-8c3f");
    said(service.get(OPERATOR, "/admin/system-config/llm_api_key"));
    said(service.send(OPERATOR, "PUT", "/admin/system-config/llm_temperature",
        Map.of("value", "planted-changed-key-8c3f")));
    said(service.post(admin, path + "/revoke", null));
    said(service.post(admin, path + "/rotate", null));
  }

  private void said(Answer answer) {
    said.add(answer.text() + answer.headers().map());
  }

  /** Each row of each table as text. */
  private List<String> tables() {
    return service.column("select table_name from information_schema.tables where table_schema = 'public'").stream()
        .flatMap(it -> service.column("select t::text from \"" + it + "\" t").stream()).toList();
  }
}
