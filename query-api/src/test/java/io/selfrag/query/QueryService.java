package io.selfrag.query;

import io.selfrag.generation.remote.StubChatServer;
import io.selfrag.schemas.TopicNames;
import io.selfrag.servers.PostgresAddress;
import io.selfrag.servers.SharedServers;
import io.selfrag.service.http.contract.ContractCheck;
import io.selfrag.service.start.ServiceStart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.blockhound.BlockHound;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** query-api on real servers, with a database, topics and an index of its own, and what a test does with it over HTTP. */
public final class QueryService implements AutoCloseable {
  public static final JsonMapper JSON = JsonMapper.shared();
  public static final String ADMIN_TOKEN = "operator-token-of-the-tests";
  /** What blocked an event loop, in all tests of this JVM. */
  public static final ConcurrentLinkedQueue<String> BLOCKED = new ConcurrentLinkedQueue<>();
  /** Who reads lists in the shared service. */
  static final String REPORTS = "query_reports";
  private static final AtomicInteger COUNT = new AtomicInteger();

  static {
    // The system's random numbers are read from a device that never keeps its reader waiting; messages of validation are
    // read once from the class path, as classes are.
    BlockHound.builder().loadIntegrations()
        .allowBlockingCallsInside("sun.security.provider.NativePRNG$RandomIO", "readFully")
        // Built once for each type, in microseconds, under a lock that nobody keeps.
        .allowBlockingCallsInside("tools.jackson.databind.deser.DeserializerCache", "_createAndCacheValueDeserializer")
        .allowBlockingCallsInside("java.util.ResourceBundle", "getBundle")
        .blockingMethodCallback(it -> {
          var call = new IllegalStateException(it + " on " + Thread.currentThread().getName());
          var stack = new StringBuilder(call.getMessage());
          for (var frame : call.getStackTrace()) {
            stack.append("\n    at ").append(frame);
          }
          BLOCKED.add(stack.toString());
          throw call;
        }).install();
  }

  final PostgresAddress database;
  public final TopicNames topics;
  public final ConfigurableApplicationContext context;
  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** One for all tests that leave it as it was; it ends with the JVM. */
  public static QueryService shared() {
    return Shared.SERVICE;
  }

  /** What stands in the language model's place for all tests of {@link #shared()}; a test says what it thinks. */
  public static StubChatServer sharedModel() {
    return Shared.MODEL;
  }

  private static final class Shared {
    static final StubChatServer MODEL = new StubChatServer();
    static final QueryService SERVICE = withReports();

    /** Its lists are read by somebody who may change nothing, as on a replica. */
    private static QueryService withReports() {
      var database = SharedServers.freshDatabase();
      run(database, "create role " + REPORTS + " login password 'reports'; grant pg_read_all_data to " + REPORTS);
      var replica = new PostgresAddress(database.host(), database.port(), database.database(), REPORTS, "reports");
      return new QueryService(database, Map.of("LLM_PROVIDER", "ollama", "LLM_BASE_URL", MODEL.url().toString(),
          "LLM_MODEL", StubChatServer.MODEL, "LLM_RETRIES", 0, "DATABASE_READ_URL", replica.url()), Map.of());
    }
  }

  /**
   * @param overrides win over the settings of tests
   * @param beans used instead of those that the service would make
   */
  public QueryService(Map<String, Object> overrides, Map<String, Object> beans) {
    this(SharedServers.freshDatabase(), overrides, beans);
  }

  private QueryService(PostgresAddress database, Map<String, Object> overrides, Map<String, Object> beans) {
    this.database = database;
    topics = new TopicNames("query-it-" + COUNT.incrementAndGet() + ".");
    var properties = new HashMap<String, Object>();
    properties.put("DATABASE_URL", database.url());
    properties.put("REDIS_URL", SharedServers.redisUrl());
    properties.put("KAFKA_BOOTSTRAP_SERVERS", SharedServers.bootstrapServers());
    properties.put("KAFKA_TOPIC_PREFIX", topics.prefix());
    properties.put("KAFKA_PARTITIONS", 2);
    properties.put("EMBEDDING_PROVIDER", "hashing");
    properties.put("LLM_PROVIDER", "extractive");
    properties.put("VECTOR_STORE", "lucene");
    properties.put("LUCENE_PATH", folder().resolve("index"));
    properties.put("ADMIN_TOKEN", ADMIN_TOKEN);
    // Tests send as fast as they can; those of the limits set their own.
    properties.put("RATE_LIMITS", "off");
    properties.put("AUTH_FAILURES_PER_MINUTE", 0);
    // Tests write into the store behind the service's back; those of the cache set their own.
    properties.put("QUERY_CACHE", "off");
    properties.put("server.port", 0);
    properties.putAll(overrides);
    context = ServiceStart.context(List.of(QueryApiApplication.SERVICE), WebApplicationType.REACTIVE, false, properties,
        List.of(it -> beans.forEach(it.getBeanFactory()::registerSingleton)));
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("query-it");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
  }

  /** A caller: an API key, the operator, or nobody. */
  public record As(@Nullable String header, @Nullable String credential) {
    public static final As NOBODY = new As(null, null);
    public static final As OPERATOR = new As("X-Admin-Token", ADMIN_TOKEN);

    public static As key(String key) {
      return new As("Authorization", "Bearer " + key);
    }
  }

  public Answer get(As as, String path) {
    return send(as, "GET", path, null);
  }

  public Answer delete(As as, String path) {
    return send(as, "DELETE", path, null);
  }

  public Answer post(As as, String path, @Nullable Object body, String... headers) {
    return send(as, "POST", path, body, headers);
  }

  public Answer patch(As as, String path, Object body) {
    return send(as, "PATCH", path, body);
  }

  /** @param body sent as it is if it is text, as JSON otherwise */
  public Answer send(As as, String method, String path, @Nullable Object body, String... headers) {
    var content = body == null ? null : body instanceof String text ? text : JSON.writeValueAsString(body);
    var request = HttpRequest.newBuilder(URI.create(baseUrl() + path)).timeout(Duration.ofSeconds(60)).method(method,
        content == null ? BodyPublishers.noBody() : BodyPublishers.ofString(content));
    if (content != null) {
      request.header("Content-Type", "application/json");
    }
    if (as.header() != null) {
      request.header(as.header(), as.credential());
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      var type = response.headers().firstValue("content-type").orElse("");
      ContractCheck.check(method, path, response.statusCode(), type, response.body());
      boolean json = type.contains("json");
      return new Answer(response.statusCode(),
          json ? JSON.readTree(response.body()) : JSON.createObjectNode(), response.body(), response.headers());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public String baseUrl() {
    return "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
  }

  /** A tenant with a knowledge base and a key of each role. */
  public record Tenant(UUID id, UUID knowledgeBase, As read, As write, As admin) {}

  public Tenant tenant() {
    return tenant(Map.of());
  }

  /** @param fields of the tenant, beside a name and no quotas */
  public Tenant tenant(Map<String, Object> fields) {
    var wanted = new HashMap<String, Object>(Map.of("name", "t" + UUID.randomUUID(), "quota_kb_count", -1,
        "quota_doc_count", -1, "quota_storage_mb", -1));
    wanted.putAll(fields);
    var created = require(201, post(As.OPERATOR, "/admin/tenants", wanted));
    var admin = As.key(created.at("/initial_api_key"));
    return new Tenant(UUID.fromString(created.at("/id")), knowledgeBase(admin, Map.of()), key(admin, Map.of()),
        key(admin, Map.of("role", "write")), admin);
  }

  /** @param config of the knowledge base */
  public UUID knowledgeBase(As as, Map<String, Object> config) {
    return UUID.fromString(require(201,
        post(as, "/v1/knowledge-bases", Map.of("name", "kb" + UUID.randomUUID(), "config", config))).at("/id"));
  }

  /** A new key; of role read unless the fields say otherwise. */
  public As key(As admin, Map<String, Object> fields) {
    var wanted = new HashMap<String, Object>(Map.of("name", "k"));
    wanted.putAll(fields);
    return As.key(require(201, post(admin, "/v1/api-keys", wanted)).at("/api_key"));
  }

  public static Answer require(int status, Answer answer) {
    if (answer.status() != status) {
      throw new AssertionError("expected " + status + ", got " + answer.status() + ": " + answer.text());
    }
    return answer;
  }

  public void sql(String statement) {
    run(database, statement);
  }

  private static void run(PostgresAddress database, String statement) {
    try (var connection = connect(database); var sql = connection.createStatement()) {
      sql.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(statement, e);
    }
  }

  /** The first column of each row as text. */
  public List<String> column(String query) {
    try (var connection = connect(database);
        var sql = connection.createStatement();
        var rows = sql.executeQuery(query)) {
      var values = new ArrayList<String>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException(query, e);
    }
  }

  private static Connection connect(PostgresAddress database) throws SQLException {
    return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
  }

  @Override
  public void close() {
    http.close();
    context.close();
  }
}
