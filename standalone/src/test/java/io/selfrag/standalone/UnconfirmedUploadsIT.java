package io.selfrag.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.intake.DocumentAttributes;
import io.selfrag.catalog.intake.DocumentDraft;
import io.selfrag.catalog.intake.DocumentIntake;
import io.selfrag.catalog.intake.Feeder;
import io.selfrag.chunker.ChunkerStreamApplication;
import io.selfrag.indexer.IndexerSinkApplication;
import io.selfrag.ingest.IngestProducerApplication;
import io.selfrag.ingest.accept.AcceptingReaper;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.Sensitivity;
import io.selfrag.servers.PostgresAddress;
import io.selfrag.servers.SharedServers;
import io.selfrag.service.http.ApiKeySecret;
import io.selfrag.service.start.ServiceDefinition;
import io.selfrag.service.start.ServiceStart;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.lucene.LuceneVectorStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/**
 * S3 between the services: the broker has a document, but the API was killed, or its database was away, before it could note so. API,
 * order and projection are real, and started one by one.
 */
@ResourceLock(RunningSystem.LOCK)
class UnconfirmedUploadsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int PARTITIONS = 2;
  private static int tests;

  @TempDir
  private Path folder;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final PostgresAddress database = SharedServers.freshDatabase();
  private final TopicNames topics = new TopicNames("unconfirmed-it-" + ++tests + ".");
  private final UUID tenant = new UUID(3, 1);
  private final UUID base = new UUID(3, 2);
  private final ApiKeySecret key = ApiKeySecret.random(new Random(3));
  private ConfigurableApplicationContext api;
  private AcceptingReaper reaper;

  @BeforeEach
  void startTheApi() {
    api = start(IngestProducerApplication.SERVICE, WebApplicationType.REACTIVE, Map.of());
    reaper = api.getBean(AcceptingReaper.class);
    sql("insert into tenants (id, name) values ('" + tenant + "', 't')",
        "insert into tenant_counters (tenant_id) values ('" + tenant + "')",
        "insert into knowledge_bases (id, tenant_id, name) values ('" + base + "', '" + tenant + "', 'k')",
        "insert into knowledge_base_counters (knowledge_base_id, tenant_id) values ('" + base + "', '" + tenant + "')",
        "insert into generations (knowledge_base_id, generation, spec) values ('" + base + "', 1, '"
            + "{\"chunker\": \"recursive\", \"chunker_params\": {}, \"language\": \"auto\", \"models\": [{\"language\":"
            + " \"any\", \"provider\": \"hashing\", \"model\": \"words-and-trigrams\", \"dimension\": 64}]}')",
        "insert into api_keys (id, tenant_id, name, role, key_hash, key_prefix) values ('" + UUID.randomUUID() + "', '"
            + tenant + "', 'k', 'write', '\\x" + HexFormat.of().formatHex(key.hash()) + "', '" + key.prefix() + "')");
  }

  @AfterEach
  void stopAll() throws Exception {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
  }

  @Test
  void s3ADocumentThatTheBrokerHasStaysWhileTheProjectionIsDown() throws Exception {
    var id = neverConfirmed();
    startOrder();
    orderHasReadAll();

    for (int i = 0; i < 3; i++) {
      assertThat(sweep()).isZero();
    }

    assertThat(state(id)).containsExactly("accepting");
    startProjection();
    await().atMost(PATIENCE).untilAsserted(() -> {
      assertThat(sweep()).isZero();
      assertThat(state(id)).isNotEmpty().doesNotContain("accepting");
    });
  }

  @Test
  void s3WhatWasNeverSentGoesOnceTheProjectionHasPassedAndWhatWasSentStays() throws Exception {
    var sent = neverConfirmed();
    var neverSent = neverSent();
    startOrder();
    startProjection();

    await().atMost(PATIENCE).until(() -> sweep() == 1);

    assertThat(state(neverSent)).isEmpty();
    assertThat(column("select 1 from documents where id = '" + neverSent + "'")).isEmpty();
    assertThat(state(sent)).isNotEmpty().doesNotContain("accepting");
    assertThat(column("select doc_count from tenant_counters")).containsExactly("1");
  }

  /** The broker has acknowledged it, and the process ended before it could note so. */
  private String neverConfirmed() throws Exception {
    var request = HttpRequest
        .newBuilder(URI.create("http://localhost:" + api.getEnvironment().getProperty("local.server.port")
            + "/v1/knowledge-bases/" + base + "/documents"))
        .header("Authorization", "Bearer " + key.text()).header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString("{\"title\":\"t\",\"content\":\"Storks winter in the south.\",\"wait\":0}"))
        .build();
    try (var http = HttpClient.newHttpClient()) {
      var answer = http.send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
      var id = JsonMapper.shared().readTree(answer.body()).at("/document_id").asString();
      sql("update document_revisions set state = 'accepting', accepted_at = now() - interval '1 hour'"
          + " where document_id = '" + id + "'");
      return id;
    }
  }

  /** Recorded, as by a process that was killed before it could send. */
  private String neverSent() {
    var id = new UUID(3, 3);
    var attributes = new DocumentAttributes("t", "{}", null, Sensitivity.PUBLIC, List.of(), List.of(), List.of());
    new DocumentIntake(api.getBean(CatalogDatabase.class)).accept(new Feeder(new UUID(9, 9), null), tenant, base,
        List.of(new DocumentDraft(id, null, attributes, new byte[32], 5, null, null, Lane.INTERACTIVE, null)))
        .block(PATIENCE);
    sql("update document_revisions set accepted_at = now() - interval '1 hour' where document_id = '" + id + "'");
    return id.toString();
  }

  private long sweep() {
    return reaper.sweep().blockOptional(PATIENCE).orElseThrow();
  }

  private void startOrder() {
    start(ChunkerStreamApplication.EMBEDDED, WebApplicationType.NONE,
        Map.of("CHUNKER_STATE_DIR", folder.resolve("streams"), "EMBEDDING_PROVIDER", "hashing"));
  }

  private void startProjection() {
    start(IndexerSinkApplication.SERVICE, WebApplicationType.NONE, Map.of("VECTOR_STORE", "lucene"));
  }

  private ConfigurableApplicationContext start(ServiceDefinition service, WebApplicationType web,
      Map<String, Object> settings) {
    var properties = new HashMap<String, Object>(settings);
    properties.put("DATABASE_URL", database.url());
    properties.put("REDIS_URL", SharedServers.redisUrl());
    properties.put("KAFKA_BOOTSTRAP_SERVERS", SharedServers.bootstrapServers());
    properties.put("KAFKA_TOPIC_PREFIX", topics.prefix());
    properties.put("KAFKA_PARTITIONS", PARTITIONS);
    properties.put("INGEST_REAP_EVERY", "1h");
    properties.put("server.port", 0);
    return opened(ServiceStart.context(List.of(service), web, false, properties, List.of(context -> {
      if (service == IndexerSinkApplication.SERVICE) {
        VectorStore store = opened(LuceneVectorStore.open(folder.resolve("index")));
        context.getBeanFactory().registerSingleton("vectorStore", store);
      }
    })));
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
  }

  private void orderHasReadAll() throws ExecutionException, InterruptedException {
    var admin = api.getBean(Admin.class);
    var wanted = new HashMap<TopicPartition, OffsetSpec>();
    for (Lane lane : Lane.values()) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        wanted.put(new TopicPartition(topics.of(PipelineTopic.DOCUMENTS, lane), partition), OffsetSpec.latest());
      }
    }
    var ends = admin.listOffsets(wanted).all().get();
    await().atMost(PATIENCE).until(() -> {
      var committed = admin.listConsumerGroupOffsets(topics.orderGroup()).partitionsToOffsetAndMetadata().get();
      return ends.entrySet().stream().allMatch(it -> it.getValue().offset() == 0
          || committed.get(it.getKey()) != null && committed.get(it.getKey()).offset() >= it.getValue().offset());
    });
  }

  private List<String> state(String document) {
    return column("select state from document_revisions where document_id = '" + document + "'");
  }

  private List<String> column(String query) {
    try (var connection = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      var values = new ArrayList<String>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException(query, e);
    }
  }

  private void sql(String... statements) {
    for (String text : statements) {
      try (var connection = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
          var statement = connection.createStatement()) {
        statement.execute(text);
      } catch (SQLException e) {
        throw new IllegalStateException(text, e);
      }
    }
  }
}
