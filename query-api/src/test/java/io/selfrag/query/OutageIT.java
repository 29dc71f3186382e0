package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.embedding.hashing.HashingEmbedder;
import io.selfrag.query.QueryService.Answer;
import io.selfrag.query.QueryService.As;
import io.selfrag.query.QueryService.Tenant;
import io.selfrag.servers.FreePorts;
import io.selfrag.servers.LocalServers;
import io.selfrag.servers.ServerPorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What users and operators see while something is away, and that it goes on by itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(NothingBlocks.class)
class OutageIT {
  private static final Duration BACK = Duration.ofSeconds(30);

  private LocalServers servers;
  private SwitchableStore store;
  private QueryService service;
  private Tenant tenant;
  private UUID base;
  private UUID remote;

  @BeforeAll
  void start(@TempDir Path folder) {
    servers = LocalServers.start(folder.resolve("servers"), new ServerPorts(0, 0, 0));
    store = new SwitchableStore(folder.resolve("index"));
    var settings = new HashMap<String, Object>();
    settings.put("DATABASE_URL", servers.postgres().address().url());
    settings.put("REDIS_URL", servers.redis().url());
    settings.put("KAFKA_BOOTSTRAP_SERVERS", servers.broker().bootstrapServers());
    settings.put("EMBEDDING_PROVIDER", "ollama");
    settings.put("EMBEDDING_BASE_URL", "http://localhost:" + FreePorts.any());
    settings.put("SEARCH_INDEX_TIMEOUT", "1s");
    settings.put("SEARCH_DATABASE_TIMEOUT", "1s");
    settings.put("CONTROL_PLANE_TIMEOUT", "2s");
    service = new QueryService(settings, Map.of("vectorStore", store.store()));
    tenant = service.tenant();
    remote = tenant.knowledgeBase();
    base = service.knowledgeBase(tenant.admin(), Map.of("embedding", Map.of("provider", "hashing", "dim", 64)));
    new Library(service).add(tenant.id(), base,
        Library.document("badger").model(HashingEmbedder.idOf(64)));
  }

  @AfterAll
  void stop() {
    service.close();
    servers.close();
  }

  @Test
  void aModelThatIsAwayStopsDenseSearchesAndLeavesBm25() {
    unavailable(retrieve(remote, Map.of()), "MODEL_UNAVAILABLE");
    unavailable(retrieve(remote, Map.of("retriever_override", Map.of("name", "dense"))), "MODEL_UNAVAILABLE");
    assertThat(retrieve(remote, Map.of("retriever_override", Map.of("name", "bm25"))).status()).isEqualTo(200);
    assertThat(component("embedding-model")).isEqualTo("down");
  }

  @Test
  void aVectorStoreThatIsAwayStopsSearchesAlone() {
    store.away(true);
    try {
      unavailable(retrieve(base, Map.of()), "STORE_UNAVAILABLE");
      await().atMost(BACK).until(() -> component("vector-store").equals("down"));
      assertThat(service.get(As.NOBODY, "/ready").status()).as("the rest works").isEqualTo(200);
      assertThat(service.get(tenant.read(), "/v1/knowledge-bases").status()).isEqualTo(200);
    } finally {
      store.away(false);
    }
    found();
  }

  @Test
  void aVectorStoreThatHangsIsAnsweredInTime() {
    var hanging = store.hang();
    try {
      long start = System.nanoTime();
      unavailable(retrieve(base, Map.of()), "STORE_UNAVAILABLE");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    } finally {
      hanging.countDown();
    }
    found();
  }

  @Test
  void aDatabaseThatHangsIsAnsweredInTimeOnEveryRoute() {
    servers.postgres().pause();
    try {
      unavailable(retrieve(base, Map.of()), "STORE_UNAVAILABLE");
      unavailable(service.get(tenant.read(), "/v1/knowledge-bases"), "STORE_UNAVAILABLE");
      unavailable(service.get(As.OPERATOR, "/admin/tenants"), "STORE_UNAVAILABLE");
      unavailable(service.post(As.OPERATOR, "/admin/tenants", Map.of("name", "n")), "STORE_UNAVAILABLE");
      assertThat(service.get(As.NOBODY, "/health").status()).isEqualTo(200);
      assertThat(service.get(As.NOBODY, "/ready").status()).isEqualTo(503);
      assertThat(component("database")).isEqualTo("down");
    } finally {
      servers.postgres().resume();
    }
    await().atMost(BACK).until(() -> service.get(As.NOBODY, "/ready").status() == 200);
    found();
  }

  @Test
  void aDatabaseThatIsKilledIsAnsweredAtOnce() {
    servers.postgres().kill();
    unavailable(retrieve(base, Map.of()), "STORE_UNAVAILABLE");
    assertThat(service.get(As.NOBODY, "/ready").status()).isEqualTo(503);
    servers.postgres().start();
    await().atMost(BACK).until(() -> service.get(As.NOBODY, "/ready").status() == 200);
    found();
  }

  @Test
  void aCacheThatHangsMakesThingsSlowerOnly() {
    servers.redis().pause();
    try {
      found();
      assertThat(service.post(tenant.admin(), "/v1/api-keys", Map.of("name", "k")).status()).isEqualTo(201);
      assertThat(component("cache")).isEqualTo("degraded");
      assertThat(service.get(As.NOBODY, "/ready").status()).isEqualTo(200);
    } finally {
      servers.redis().resume();
    }
    await().atMost(BACK).until(() -> component("cache").equals("ok"));
  }

  @Test
  void withoutTheBrokerSearchAndControlPlaneGoOn() {
    servers.broker().stop();
    try {
      found();
      assertThat(service.get(As.NOBODY, "/ready").status()).isEqualTo(200);
      assertThat(service.post(tenant.write(), "/v1/knowledge-bases", Map.of("name", "made without a broker")).status())
          .isEqualTo(201);
      unavailable(service.get(As.OPERATOR, "/admin/pipeline"), "BROKER_UNAVAILABLE");
      await().atMost(BACK).until(() -> component("broker").equals("down"));
      assertThat(component("worker-indexer")).isEqualTo("degraded");
    } finally {
      servers.broker().start();
    }
    await().atMost(BACK).until(() -> service.get(As.OPERATOR, "/admin/pipeline").status() == 200);
    await().atMost(BACK).until(() -> component("outbox-relay").equals("ok"));
  }

  private void found() {
    await().atMost(BACK).untilAsserted(() -> {
      var answer = retrieve(base, Map.of());
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.body().path("results")).hasSize(1);
    });
  }

  private static void unavailable(Answer answer, String code) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(503);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.header("retry-after")).isNotEmpty();
  }

  private String component(String name) {
    return service.get(As.NOBODY, "/health/detailed").at("/components/" + name + "/status");
  }

  private Answer retrieve(UUID knowledgeBase, Map<String, Object> fields) {
    var body = new HashMap<String, Object>(Map.of("query", "badger", "knowledge_base_ids", List.of(knowledgeBase)));
    body.putAll(fields);
    return service.post(tenant.read(), "/v1/retrieve", body);
  }
}
