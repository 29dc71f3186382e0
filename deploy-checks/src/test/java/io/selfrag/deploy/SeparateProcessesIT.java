package io.selfrag.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.servers.SharedServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each service in a JVM of its own, out of what its image holds, with the environment of the Compose file; only hosts, ports and
 * folders are this machine's, and the index is the embedded one. Takes minutes to build and start, so it runs on request:
 * {@code ./mvnw verify -Pimages -pl deploy-checks,ingest-producer,query-api,chunker-stream,embedder-worker,indexer-sink -am
 * -DskipTests=false -Dit.test=SeparateProcessesIT -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false}
 */
@EnabledIfSystemProperty(named = "selfrag.images", matches = "true", disabledReason = "SKIPPED: five processes out of what the images hold are started with -Pimages alone")
class SeparateProcessesIT {
  private static final Duration START = Duration.ofMinutes(3);
  private static final String TOKEN = "operator-token-0123456789";
  private static final String ADMIN = "X-Admin-Token";
  /** What rules and dashboards ask for and this test makes happen, as Prometheus sees it. */
  private static final Set<String> SEEN = Set.of("api_requests_total", "api_response_time_seconds_max",
      "jvm_memory_used_bytes", "selfrag_pipeline_lag", "selfrag_documents_accepted_total", "selfrag_documents_open",
      "selfrag_documents_open_age_seconds", "selfrag_documents_overdue", "selfrag_document_age_seconds_bucket",
      "selfrag_chunks_total", "selfrag_clock_skew_seconds", "selfrag_embed_duration_seconds_count",
      "selfrag_embed_texts_total", "selfrag_embed_cache_total", "selfrag_index_duration_seconds_count",
      "selfrag_search_duration_seconds_bucket", "selfrag_retrieve_duration_seconds_sum");
  private static final Compose COMPOSE = Compose.of(Compose.BASE);

  @TempDir
  static Path folder;

  private static final Map<Service, Path> IMAGES = new EnumMap<>(Service.class);
  private static final Map<Service, Integer> PORTS = new EnumMap<>(Service.class);
  private static final Map<Service, ServiceProcess> RUNNING = new EnumMap<>(Service.class);
  private static final Map<String, String> HERE = new TreeMap<>();

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    HERE.put("DATABASE_URL", SharedServers.freshDatabase().url());
    HERE.put("REDIS_URL", SharedServers.redisUrl());
    HERE.put("KAFKA_BOOTSTRAP_SERVERS", SharedServers.bootstrapServers());
    HERE.put("VECTOR_STORE", "lucene");
    HERE.put("LUCENE_PATH", folder.resolve("index").toString());
    HERE.put("CHUNKER_STATE_DIR", folder.resolve("state").toString());
    HERE.put("UPLOAD_TEMP_DIR", folder.toString());
    for (Service service : Service.values()) {
      IMAGES.put(service, ServiceProcess.image(service.module(), folder));
    }
    try (var migration = ServiceProcess.start(image(Service.INGEST_PRODUCER), environment("migrate"),
        "io.selfrag.service.start.MigrateApplication")) {
      assertThat(migration.await()).as("%s", migration.said()).isZero();
    }
    for (Service service : Service.values()) {
      PORTS.put(service, freePort());
      run(service);
    }
    RUNNING.keySet().forEach(SeparateProcessesIT::awaitHealth);
  }

  private static Path image(Service service) {
    return IMAGES.getOrDefault(service, folder);
  }

  private static int port(Service service) {
    return PORTS.getOrDefault(service, 0);
  }

  private static void run(Service service) throws IOException {
    var environment = environment(service.module());
    environment.put(service.portVariable(), String.valueOf(port(service)));
    if (service == Service.QUERY_API) {
      environment.put("LUCENE_READ_ONLY", "true");
    }
    RUNNING.put(service, ServiceProcess.start(image(service), environment));
  }

  /** What the Compose file says, but for the places of this machine. */
  private static Map<String, String> environment(String name) {
    var environment = COMPOSE.environment(name,
        Map.of("POSTGRES_PASSWORD", "x", "REDIS_PASSWORD", "x", "QDRANT_API_KEY", "x", "ADMIN_TOKEN", TOKEN));
    HERE.forEach((variable, value) -> {
      if (environment.containsKey(variable)
          || (variable.equals("LUCENE_PATH") && environment.containsKey("QDRANT_URL"))) {
        environment.put(variable, value);
      }
    });
    return environment;
  }

  private static void awaitHealth(Service service) {
    var process = RUNNING.get(service);
    assertThat(process).isNotNull();
    await().atMost(START).pollInterval(Duration.ofSeconds(1)).until(() -> process.isHealthy(port(service)));
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @AfterAll
  static void stop() {
    RUNNING.values().forEach(ServiceProcess::close);
  }

  @Test
  void anUploadIsSearchableThroughTheServicesPortsAndStillIsAfterAWorkerOfEachKindDiedAndCameBack() throws Exception {
    int query = port(Service.QUERY_API);
    var tenant = Answer.post(query, "/admin/tenants", ADMIN, TOKEN, "{\"name\": \"separate\"}");
    assertThat(tenant.status()).as("%s", tenant).isEqualTo(201);
    var key = "Bearer " + tenant.field("initial_api_key");
    var base = Answer.post(query, "/v1/knowledge-bases", "Authorization", key, "{\"name\": \"library\"}").field("id");

    upload(key, base, "hours", "The library is open from nine to five, on Sundays from ten.");
    assertFound(key, base, "When does the library open on Sunday?", "Sundays from ten");

    for (Service worker : new Service[]{Service.CHUNKER_STREAM, Service.EMBEDDER_WORKER, Service.INDEXER_SINK}) {
      var process = RUNNING.get(worker);
      assertThat(process).isNotNull();
      process.kill();
      process.await();
      run(worker);
    }
    upload(key, base, "cards", "A reader's card costs three coins a year and is free for children.");
    assertFound(key, base, "What does a card cost?", "three coins");
    assertFound(key, base, "When does the library open on Sunday?", "Sundays from ten");
    assertThat(scraped()).containsAll(SEEN);
    stopsInGoodOrder();
  }

  /** Names of all samples that Prometheus would read. */
  private static Set<String> scraped() throws Exception {
    var names = new TreeSet<String>();
    for (Service service : Service.values()) {
      Answer.text(port(service), "/metrics").lines().filter(it -> !it.startsWith("#"))
          .forEach(it -> names.add(it.split("[{ ]", 2)[0]));
    }
    return names;
  }

  private static void upload(String key, String base, String id, String content) throws Exception {
    var answer = Answer.post(port(Service.INGEST_PRODUCER), "/v1/knowledge-bases/" + base + "/documents",
        "Authorization", key,
        "{\"title\": \"%s\", \"content\": \"%s\", \"external_id\": \"%s\", \"wait\": 0}".formatted(id, content, id));
    assertThat(answer.status()).as("%s", answer).isEqualTo(202);
  }

  private static void assertFound(String key, String base, String question, String passage) {
    await().atMost(START).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
      var answer = Answer.post(port(Service.QUERY_API), "/v1/retrieve", "Authorization", key,
          "{\"query\": \"%s\", \"knowledge_base_ids\": [\"%s\"]}".formatted(question, base));
      assertThat(answer.body().path("results").path(0).path("text").asText()).as("%s", answer).contains(passage);
    });
  }

  private static void stopsInGoodOrder() throws InterruptedException {
    for (var service : RUNNING.entrySet()) {
      // 143: the JVM ended by SIGTERM after its hooks were done.
      assertThat(service.getValue().stop()).as(service.getKey().module()).isEqualTo(143);
    }
  }
}
