package io.selfrag.ingest;

import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.TopicNames;
import io.selfrag.servers.PostgresAddress;
import io.selfrag.servers.SharedServers;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.http.ApiKeySecret;
import io.selfrag.service.kafka.KafkaClients;
import io.selfrag.service.start.ServiceStart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service on real servers, with a database and topics of its own, and what a test does with it. */
final class Service implements AutoCloseable {
  static final JsonMapper JSON = JsonMapper.shared();
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final int PARTITIONS = 2;

  final PostgresAddress database;
  final ConfigurableApplicationContext context;
  final TopicNames topics;
  private final String bootstrapServers;
  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Random random = new Random(42);

  Service(Map<String, Object> overrides) {
    this(SharedServers.bootstrapServers(), overrides, List.of());
  }

  Service(String bootstrapServers, Map<String, Object> overrides,
      List<ApplicationContextInitializer<ConfigurableApplicationContext>> initializers) {
    this.bootstrapServers = bootstrapServers;
    database = SharedServers.freshDatabase();
    topics = new TopicNames("ingest-it-" + COUNT.incrementAndGet() + ".");
    var properties = new HashMap<String, Object>();
    properties.put("selfrag.database.url", database.url());
    properties.put("selfrag.kafka.bootstrap-servers", bootstrapServers);
    properties.put("selfrag.kafka.topic-prefix", topics.prefix());
    properties.put("selfrag.kafka.partitions", PARTITIONS);
    properties.put("server.port", 0);
    properties.putAll(overrides);
    context = ServiceStart.context(List.of(IngestProducerApplication.SERVICE), WebApplicationType.REACTIVE, false,
        properties, initializers);
  }

  /** A tenant with a knowledge base and a key of each role. */
  record Tenant(UUID id, UUID knowledgeBase, String readKey, String writeKey, String adminKey) {}

  Tenant tenant() {
    return tenant(-1, -1);
  }

  Tenant tenant(int documents, int storageMb) {
    var id = UUID.randomUUID();
    sql("insert into tenants (id, name, quota_doc_count, quota_storage_mb) values ('" + id + "', '" + id + "', "
        + documents + ", " + storageMb + ")");
    sql("insert into tenant_counters (tenant_id) values ('" + id + "')");
    return new Tenant(id, knowledgeBase(id), key(id, "read"), key(id, "write"), key(id, "admin"));
  }

  UUID knowledgeBase(UUID tenant) {
    var id = UUID.randomUUID();
    sql("insert into knowledge_bases (id, tenant_id, name) values ('" + id + "', '" + tenant + "', '" + id + "')");
    sql("insert into knowledge_base_counters (knowledge_base_id, tenant_id) values ('" + id + "', '" + tenant + "')");
    return id;
  }

  String key(UUID tenant, String role) {
    return key(tenant, role, "null", "null");
  }

  String key(UUID tenant, String role, String scope, String identity) {
    var secret = ApiKeySecret.random(random);
    sql("insert into api_keys (id, tenant_id, name, role, key_hash, key_prefix, scope_kb_ids, identity) values ('"
        + UUID.randomUUID() + "', '" + tenant + "', 'k', '" + role + "', '\\x"
        + java.util.HexFormat.of().formatHex(secret.hash()) + "', '" + secret.prefix() + "', " + scope + ", " + identity
        + ")");
    return secret.text();
  }

  /** An answer, its body read as JSON where it is JSON. */
  record Answer(int status, JsonNode body, String text, java.net.http.HttpHeaders headers) {
    String at(String pointer) {
      var node = body.at(pointer);
      return node.isNull() ? "null" : node.asString();
    }
  }

  HttpRequest.Builder request(String key, String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(90)).header("Authorization", "Bearer " + key);
  }

  URI uri(String path) {
    return URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port") + path);
  }

  Answer post(String key, String path, String json, String... headers) {
    return send("POST", key, path, json, headers);
  }

  Answer send(String method, String key, String path, String json, String... headers) {
    return sendAsync(method, key, path, json, headers).join();
  }

  Answer get(String key, String path) {
    return answer(exchange(request(key, path).GET().build()));
  }

  Answer delete(String key, String path) {
    return answer(exchange(request(key, path).DELETE().build()));
  }

  CompletableFuture<Answer> sendAsync(String method, String key, String path, String json, String... headers) {
    var request = request(key, path).header("Content-Type", "application/json").method(method,
        HttpRequest.BodyPublishers.ofString(json));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString()).thenApply(Service::answer);
  }

  HttpResponse<String> exchange(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  HttpClient http() {
    return http;
  }

  static Answer answer(HttpResponse<String> response) {
    var text = response.body();
    var type = response.headers().firstValue("content-type").orElse("");
    var body = type.contains("json") && !type.contains("ndjson") ? JSON.readTree(text) : JSON.createObjectNode();
    return new Answer(response.statusCode(), body, text, response.headers());
  }

  String documents(Tenant tenant) {
    return "/v1/knowledge-bases/" + tenant.knowledgeBase() + "/documents";
  }

  void sql(String statement) {
    try (var connection = connect(); var sql = connection.createStatement()) {
      sql.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(statement, e);
    }
  }

  /** The first column of each row as text. */
  List<String> column(String query) {
    try (var connection = connect(); var sql = connection.createStatement(); var rows = sql.executeQuery(query)) {
      var values = new ArrayList<String>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException(query, e);
    }
  }

  String value(String query) {
    return column(query).getFirst();
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
  }

  /** A command and the headers that it came with. */
  record Received(DocumentCommand command, String key, Map<String, String> headers) {}

  /** Every command on the documents topic of the lane so far. */
  List<Received> commands(Lane lane) {
    var clients = new KafkaClients(KafkaSettings.of(bootstrapServers, topics.prefix(), PARTITIONS), new AvroCodec());
    var topic = topics.of(PipelineTopic.DOCUMENTS, lane);
    var received = new ArrayList<Received>();
    try (var consumer = clients.consumer("none", "test")) {
      var partitions = List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(it -> consumer.position(it) < ends.get(it))) {
        consumer.poll(Duration.ofMillis(200)).forEach(message -> {
          var headers = new HashMap<String, String>();
          message.headers().forEach(it -> headers.put(it.key(), new String(it.value())));
          received.add(new Received((DocumentCommand) ((Decoded.Value) message.value()).message(),
              new String(message.key()), headers));
        });
      }
    }
    return received;
  }

  @Override
  public void close() {
    http.close();
    context.close();
  }
}
