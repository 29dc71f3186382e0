package io.selfrag.ingest;

import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.servers.PostgresAddress;
import io.selfrag.servers.SharedServers;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.http.contract.ContractCheck;
import io.selfrag.service.http.ApiKeySecret;
import io.selfrag.service.kafka.KafkaClients;
import io.selfrag.service.start.ServiceStart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.blockhound.BlockHound;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service on real servers, with a database and topics of its own, and what a test does with it. */
public final class Service implements AutoCloseable {
  public static final JsonMapper JSON = JsonMapper.shared();
  /** What blocked an event loop, in all tests of this JVM. */
  private static final ConcurrentLinkedQueue<String> BLOCKED = new ConcurrentLinkedQueue<>();
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final int PARTITIONS = 2;
  /** Who reads lists in the shared service. */
  public static final String REPORTS = "reports";

  static {
    // The system's random numbers are read from a device that never keeps its reader waiting, Netty's allocator has locks that
    // are held for moments, and so has Jackson when it meets a type for the first time.
    BlockHound.builder().loadIntegrations()
        .allowBlockingCallsInside("sun.security.provider.NativePRNG$RandomIO", "readFully")
        .allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator", "allocate")
        .allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$Magazine", "free")
        .allowBlockingCallsInside("tools.jackson.databind.deser.DeserializerCache", "_createAndCacheValueDeserializer")
        .blockingMethodCallback(it -> {
          var call = new IllegalStateException(it + " on " + Thread.currentThread().getName());
          BLOCKED.add(call.getMessage() + "\n" + List.of(call.getStackTrace()));
          throw call;
        }).install();
  }

  final PostgresAddress database;
  public final ConfigurableApplicationContext context;
  public final TopicNames topics;
  private final String bootstrapServers;
  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Random random = new Random(COUNT.incrementAndGet());

  /** One for all tests that leave it as it was; it ends with the JVM. */
  public static Service shared() {
    return Shared.SERVICE;
  }

  private static final class Shared {
    static final Service SERVICE = withReports();

    /** Its lists are read by somebody who may change nothing, as on a replica. */
    private static Service withReports() {
      var database = SharedServers.freshDatabase();
      run(database, "create role " + REPORTS + " login password 'reports'; grant pg_read_all_data to " + REPORTS);
      var replica = new PostgresAddress(database.host(), database.port(), database.database(), REPORTS, "reports");
      return new Service(database, Map.of("DATABASE_READ_URL", replica.url()));
    }
  }

  public Service(Map<String, Object> overrides) {
    this(SharedServers.bootstrapServers(), overrides, List.of());
  }

  /** @param overrides win over the settings of tests */
  public Service(String bootstrapServers, Map<String, Object> overrides,
      List<ApplicationContextInitializer<ConfigurableApplicationContext>> initializers) {
    this(SharedServers.freshDatabase(), bootstrapServers, overrides, initializers);
  }

  /** With a database that the test may take away. */
  public Service(PostgresAddress database, Map<String, Object> overrides) {
    this(database, SharedServers.bootstrapServers(), overrides, List.of());
  }

  private Service(PostgresAddress database, String bootstrapServers, Map<String, Object> overrides,
      List<ApplicationContextInitializer<ConfigurableApplicationContext>> initializers) {
    this.bootstrapServers = bootstrapServers;
    this.database = database;
    topics = new TopicNames("ingest-it-" + COUNT.incrementAndGet() + ".");
    var properties = new HashMap<String, Object>();
    properties.put("DATABASE_URL", database.url());
    properties.put("REDIS_URL", SharedServers.redisUrl());
    properties.put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
    properties.put("KAFKA_TOPIC_PREFIX", topics.prefix());
    properties.put("KAFKA_PARTITIONS", PARTITIONS);
    // Tests send as fast as they can; those of the limits set their own.
    properties.put("RATE_LIMITS", "off");
    properties.put("AUTH_FAILURES_PER_MINUTE", 0);
    properties.put("server.port", 0);
    properties.putAll(overrides);
    context = ServiceStart.context(List.of(IngestProducerApplication.SERVICE), WebApplicationType.REACTIVE, false,
        properties, initializers);
  }

  /** What blocked an event loop since this was last asked. */
  public static List<String> blocked() {
    var blocked = new ArrayList<String>();
    for (var it = BLOCKED.poll(); it != null; it = BLOCKED.poll()) {
      blocked.add(it);
    }
    return blocked;
  }

  /** A tenant with a knowledge base and a key of each role. */
  public record Tenant(UUID id, UUID knowledgeBase, String readKey, String writeKey, String adminKey) {
    public String documents() {
      return "/v1/knowledge-bases/" + knowledgeBase + "/documents";
    }
  }

  public Tenant tenant() {
    return tenant(-1, -1);
  }

  public Tenant tenant(int documents, int storageMb) {
    var id = UUID.randomUUID();
    sql("insert into tenants (id, name, quota_doc_count, quota_storage_mb) values ('" + id + "', '" + id + "', "
        + documents + ", " + storageMb + ")");
    sql("insert into tenant_counters (tenant_id) values ('" + id + "')");
    return new Tenant(id, knowledgeBase(id), key(id, "read"), key(id, "write"), key(id, "admin"));
  }

  public UUID knowledgeBase(UUID tenant) {
    var id = UUID.randomUUID();
    sql("insert into knowledge_bases (id, tenant_id, name) values ('" + id + "', '" + tenant + "', '" + id + "')");
    sql("insert into knowledge_base_counters (knowledge_base_id, tenant_id) values ('" + id + "', '" + tenant + "')");
    return id;
  }

  public String key(UUID tenant, String role) {
    return key(tenant, role, null, null);
  }

  /** @param identity JSON */
  public synchronized String key(UUID tenant, String role, @Nullable UUID scope, @Nullable String identity) {
    var secret = ApiKeySecret.random(random);
    sql("insert into api_keys (id, tenant_id, name, role, key_hash, key_prefix, scope_kb_ids, identity) values ('"
        + UUID.randomUUID() + "', '" + tenant + "', 'k', '" + role + "', '\\x" + HexFormat.of().formatHex(secret.hash())
        + "', '" + secret.prefix() + "', " + (scope == null ? "null" : "array['" + scope + "']::uuid[]") + ", "
        + (identity == null ? "null" : "'" + identity + "'") + ")");
    return secret.text();
  }

  /** An answer, its body read as JSON where it is JSON. */
  public record Answer(int status, JsonNode body, String text, HttpHeaders headers) {
    /** The text at a pointer; {@code null} as text where it is null. */
    public String at(String pointer) {
      var node = body.at(pointer);
      return node.isNull() ? "null" : node.asString();
    }

    public String code() {
      return at("/code");
    }

    public String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    /** The lines of an answer of many. */
    public List<JsonNode> lines() {
      return text.lines().map(JSON::readTree).toList();
    }
  }

  public HttpRequest.Builder request(@Nullable String key, String path) {
    var request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(90));
    return key == null ? request : request.header("Authorization", "Bearer " + key);
  }

  public URI uri(String path) {
    return URI.create("http://localhost:" + port() + path);
  }

  public int port() {
    return Integer.parseInt(context.getEnvironment().getProperty("local.server.port"));
  }

  public Answer post(@Nullable String key, String path, String json, String... headers) {
    return send("POST", key, path, json, headers);
  }

  public Answer get(@Nullable String key, String path, String... headers) {
    return send("GET", key, path, null, headers);
  }

  public Answer delete(@Nullable String key, String path) {
    return send("DELETE", key, path, null);
  }

  /** @param json null: no body */
  public Answer send(String method, @Nullable String key, String path, @Nullable String json, String... headers) {
    return sendAsync(method, key, path, json, headers).join();
  }

  public CompletableFuture<Answer> sendAsync(String method, @Nullable String key, String path, @Nullable String json,
      String... headers) {
    return json == null
        ? exchange(method, key, path, BodyPublishers.noBody(), headers)
        : exchange(method, key, path, BodyPublishers.ofString(json), with("Content-Type", "application/json", headers));
  }

  /** Sends a form; the parts are its text, as it stands between the boundaries {@code --b}. */
  public Answer upload(String key, String path, BodyPublisher form, String... headers) {
    return exchange("POST", key, path, form, with("Content-Type", "multipart/form-data; boundary=b", headers)).join();
  }

  public CompletableFuture<Answer> exchange(String method, @Nullable String key, String path, BodyPublisher body,
      String... headers) {
    var request = request(key, path).method(method, body);
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return http.sendAsync(request.build(), BodyHandlers.ofString())
        .thenApply(response -> answer(method, path, response));
  }

  private static String[] with(String name, String value, String... headers) {
    var all = new ArrayList<>(List.of(name, value));
    all.addAll(List.of(headers));
    return all.toArray(String[]::new);
  }

  /** An answer that is read while it comes. */
  public <T> HttpResponse<T> open(HttpRequest request, HttpResponse.BodyHandler<T> body) {
    try {
      return http.send(request, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Answer answer(String method, String path, HttpResponse<String> response) {
    var text = response.body();
    var type = response.headers().firstValue("content-type").orElse("");
    ContractCheck.check(method, path, response.statusCode(), type, text);
    boolean json = type.contains("json") && !type.contains("ndjson") && !text.isEmpty();
    return new Answer(response.statusCode(), json ? JSON.readTree(text) : JSON.createObjectNode(), text,
        response.headers());
  }

  public void sql(String statement) {
    run(database, statement);
  }

  private static void run(PostgresAddress database, String statement) {
    try (var connection = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        var sql = connection.createStatement()) {
      sql.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(statement, e);
    }
  }

  /** The first column of each row as text. */
  public List<String> column(String query) {
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

  public String value(String query) {
    return column(query).getFirst();
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
  }

  /** Does to the newest revision of the document what the pipeline does when it has indexed it. */
  public void indexed(String document, int version, int chunks) {
    sql("""
        with r as (update document_revisions set state = 'indexed', chunk_count = %2$d, finished_at = now()
                    where document_id = '%1$s' and revision = (select max(revision) from document_revisions
                                                                where document_id = '%1$s' and kind = 'upsert')
                   returning *),
             g as (insert into document_generations (document_id, generation, tenant_id, knowledge_base_id, live_revision,
                                                     live_attempt, chunk_count)
                   select document_id, 1, tenant_id, knowledge_base_id, revision, attempt, %2$d from r
                   on conflict (document_id, generation) do update set live_revision = excluded.live_revision,
                     live_attempt = excluded.live_attempt, chunk_count = excluded.chunk_count)
        update documents d set version = %3$d, processing_status = 'completed', stage = 'indexed' from r where d.id = r.document_id
        """
        .formatted(document, chunks, version));
  }

  /** Puts the newest revision of the document into a state, as the pipeline does. */
  public void ended(String document, String state, String columns) {
    sql("update document_revisions set state = '" + state + "', finished_at = now()" + columns
        + " where document_id = '" + document + "' and revision = (select max(revision) from document_revisions"
        + " where document_id = '" + document + "')");
  }

  /** A command and the headers that it came with. */
  public record Received(DocumentCommand command, String key, Map<String, String> headers) {}

  /** The commands of the document on the lane's topic so far, in order. */
  public List<Received> commands(Lane lane, String document) {
    return commands(lane).stream().filter(it -> it.key().equals(document)).toList();
  }

  /** Every command on the documents topic of the lane so far. */
  public List<Received> commands(Lane lane) {
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
