package io.selfrag.service.http;

import io.selfrag.servers.PostgresAddress;
import io.selfrag.servers.SharedServers;
import io.selfrag.service.config.DatabaseSettings;
import io.selfrag.service.start.CoreConfiguration;
import io.selfrag.service.start.DatabaseConfiguration;
import io.selfrag.service.start.ServiceDefinition;
import io.selfrag.service.start.ServiceStart;
import io.selfrag.service.start.SettingsOf;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import reactor.blockhound.BlockHound;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The frame of both HTTP services around {@link FrameRoutes}, on a real database and cache, and what a test does with it. */
final class Frame implements AutoCloseable {
  static final String ADMIN_TOKEN = "operator-token-of-the-tests";
  static final JsonMapper JSON = JsonMapper.shared();
  /** What blocked an event loop, in all tests of this JVM. */
  static final ConcurrentLinkedQueue<String> BLOCKED = new ConcurrentLinkedQueue<>();

  static {
    // The system's random numbers are read from a device that never keeps its reader waiting, and Netty's allocator has locks that
    // are held for moments.
    BlockHound.builder().loadIntegrations()
        .allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator", "allocate")
        .allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$Magazine", "free")
        .allowBlockingCallsInside("sun.security.provider.NativePRNG$RandomIO", "readFully")
        // Built once for each type, in microseconds, under a lock that nobody keeps.
        .allowBlockingCallsInside("tools.jackson.databind.deser.DeserializerCache", "_createAndCacheValueDeserializer")
        .blockingMethodCallback(it -> {
          var call = new IllegalStateException(it + " on " + Thread.currentThread().getName());
          BLOCKED.add(call.getMessage() + "\n" + List.of(call.getStackTrace()));
          throw call;
        }).install();
  }

  final PostgresAddress database;
  final ConfigurableApplicationContext context;
  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  // Not seeded: classes that run beside each other share Redis, where keys are kept by their secrets.
  private final Random random = new Random();

  @Configuration(proxyBeanMethods = false)
  @Import({CoreConfiguration.class, DatabaseConfiguration.class, AccessConfiguration.class})
  static class FrameConfiguration {
    @Bean
    FrameRoutes frameRoutes(Idempotency idempotency, CredentialChanges changes) {
      return new FrameRoutes(idempotency, changes);
    }
  }

  static Frame start(Map<String, Object> overrides) {
    return new Frame(SharedServers.freshDatabase(), overrides);
  }

  /** Another replica on the same database and cache. */
  Frame replica() {
    return replica(Map.of());
  }

  Frame replica(Map<String, Object> overrides) {
    return new Frame(database, overrides);
  }

  private Frame(PostgresAddress database, Map<String, Object> overrides) {
    this.database = database;
    var properties = new HashMap<String, Object>();
    properties.put("DATABASE_URL", database.url());
    properties.put("REDIS_URL", SharedServers.redisUrl());
    properties.put("ADMIN_TOKEN", ADMIN_TOKEN);
    properties.put("SECRET_KEY", "secret key of the tests");
    properties.put("MAX_BODY_SIZE_MB", 1);
    properties.put("MAX_REQUEST_SIZE_MB", 2);
    // Tests send as fast as they can; those of the limits set their own.
    properties.put("RATE_LIMITS", "off");
    properties.put("AUTH_FAILURES_PER_MINUTE", 0);
    properties.put("server.port", 0);
    properties.putAll(overrides);
    context = ServiceStart.context(List.of(new ServiceDefinition("frame", FrameConfiguration.class,
        List.of(SettingsOf.of(DatabaseSettings.class), SettingsOf.of(HttpSettings.class)))),
        WebApplicationType.REACTIVE, false, properties, List.of());
  }

  FrameRoutes routes() {
    return context.getBean(FrameRoutes.class);
  }

  /** An API key and whose it is. */
  record Key(UUID id, UUID tenant, String secret) {}

  Key key(String role) {
    var tenant = UUID.randomUUID();
    sql("insert into tenants (id, name) values ('" + tenant + "', '" + tenant + "')");
    var secret = ApiKeySecret.random(random);
    var id = UUID.randomUUID();
    sql("insert into api_keys (id, tenant_id, name, role, key_hash, key_prefix) values ('" + id + "', '" + tenant
        + "', 'k', '" + role + "', '\\x" + HexFormat.of().formatHex(secret.hash()) + "', '" + secret.prefix() + "')");
    return new Key(id, tenant, secret.text());
  }

  void sql(String statement) {
    try (var connection = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        var sql = connection.createStatement()) {
      sql.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(statement, e);
    }
  }

  /** An answer, its body read as JSON where it is JSON. */
  record Answer(int status, JsonNode body, String text, HttpHeaders headers) {
    String at(String pointer) {
      var node = body.at(pointer);
      return node.isNull() ? "null" : node.asString();
    }

    String code() {
      return at("/code");
    }

    String header(String name) {
      return headers.firstValue(name).orElse("");
    }
  }

  Answer get(@Nullable Key key, String path, String... headers) {
    return send("GET", key, path, null, headers);
  }

  Answer post(Key key, String path, @Nullable String json, String... headers) {
    return send("POST", key, path, json, headers);
  }

  /** @param body sent as JSON unless the headers name another type */
  Answer send(String method, @Nullable Key key, String path, @Nullable String body, String... headers) {
    return sendAsync(method, key, path, body == null ? null : BodyPublishers.ofString(body), headers).join();
  }

  CompletableFuture<Answer> sendAsync(String method, @Nullable Key key, String path, @Nullable BodyPublisher body,
      String... headers) {
    var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
        .timeout(Duration.ofSeconds(60)).method(method, body == null ? BodyPublishers.noBody() : body);
    if (body != null && !List.of(headers).contains("Content-Type")) {
      request.header("Content-Type", "application/json");
    }
    if (key != null) {
      request.header("Authorization", "Bearer " + key.secret());
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return http.sendAsync(request.build(), BodyHandlers.ofString()).thenApply(response -> new Answer(
        response.statusCode(), json(response.headers(), response.body()), response.body(), response.headers()));
  }

  private static JsonNode json(HttpHeaders headers, String text) {
    boolean json = headers.firstValue("content-type").orElse("").contains("json") && !text.isEmpty();
    return json ? JSON.readTree(text) : JSON.createObjectNode();
  }

  /** Sends the text as it is and gives what comes back until the server closes or answers completely. */
  String raw(String request) {
    try (var socket = new Socket("localhost", port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return read(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends the text, then closes the connection. */
  void hangUpAfter(String text) throws IOException {
    try (var socket = new Socket("localhost", port())) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
    }
  }

  private static String read(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  int port() {
    return Integer.parseInt(context.getEnvironment().getProperty("local.server.port"));
  }

  @Override
  public void close() {
    http.close();
    context.close();
  }
}
