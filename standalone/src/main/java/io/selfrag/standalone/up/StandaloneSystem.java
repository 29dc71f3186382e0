package io.selfrag.standalone.up;

import io.selfrag.catalog.CatalogMigration;
import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.embedding.cache.OutageTolerantVectorCache;
import io.selfrag.embedding.cache.RedisVectorCache;
import io.selfrag.embedding.settings.EmbeddingModels;
import io.selfrag.embedding.settings.EmbeddingSettings;
import io.selfrag.servers.LocalServers;
import io.selfrag.service.start.CoreConfiguration;
import io.selfrag.service.start.ServiceDefinition;
import io.selfrag.service.start.ServiceStart;
import io.selfrag.service.start.SettingsOf;
import io.selfrag.standalone.client.Credentials;
import io.selfrag.vectorstore.InstrumentedVectorStore;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.lucene.LuceneVectorStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The whole system in one process. Starts bottom up: servers, stores, workers, API; closes in the reverse order, so that
 * nothing is asked of a part that is gone.
 */
public final class StandaloneSystem implements AutoCloseable {
  private static final Duration CACHE_LIFE = Duration.ofDays(7);
  private static final Duration CACHE_TIMEOUT = Duration.ofMillis(500);
  private static final Duration CACHE_PAUSE = Duration.ofSeconds(5);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final BooleanSupplier isUnwanted;
  private final LocalServers servers;
  private final String baseUrl;
  private final Credentials credentials;

  private StandaloneSystem(StandaloneOptions options, UnaryOperator<VectorStore> storeInFront,
      BooleanSupplier isUnwanted) {
    this.isUnwanted = isUnwanted;
    try {
      var embedding = embeddingSettings(options);
      servers = opened(LocalServers.start(options.data(), options.servers()));
      CatalogMigration.migrateUnlessNewer(DatabaseAddress.parse(servers.postgres().address().url()));
      var token = DemoTenant.operatorToken(options.data());
      var properties = properties(options, token);
      var shared = new HashMap<>(shared(options, embedding, storeInFront));
      var workers = opened(new Workers());
      for (ServiceDefinition worker : StandaloneSettings.WORKERS) {
        workers.add(start(List.of(worker), WebApplicationType.NONE, properties, shared));
        requireWanted();
      }
      // Here the API hears from the workers themselves what they wait for, beside what the broker shows of them.
      shared.put("localStages", workers.stages());
      var api = opened(start(StandaloneSettings.API, WebApplicationType.REACTIVE, properties, shared));
      baseUrl = "http://localhost:"
          + Objects.requireNonNull(((WebServerApplicationContext) api).getWebServer()).getPort();
      credentials = DemoTenant.ensure(options.data(), baseUrl, token);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Looks at all settings before anything is started: a wrong one is to be named at once. */
  private static EmbeddingSettings embeddingSettings(StandaloneOptions options) {
    return new SettingsOf<>("selfrag.embedding", EmbeddingSettings.class)
        .bind(StandaloneSettings.checked(options.data(), options.properties()));
  }

  /**
   * Starts everything and returns when the API answers.
   *
   * @throws io.selfrag.servers.LocalServerException with a sentence, if the folder or a port is taken
   */
  public static StandaloneSystem start(StandaloneOptions options) {
    return start(options, UnaryOperator.identity());
  }

  /**
   * The same with something in front of the vector store, such as one that fails on demand.
   *
   * @param storeInFront given the embedded store, returns what the services use; closing the embedded one stays here
   */
  public static StandaloneSystem start(StandaloneOptions options, UnaryOperator<VectorStore> storeInFront) {
    return start(options, storeInFront, () -> false);
  }

  /**
   * The same, given up between two parts when it is no longer wanted.
   *
   * @throws CancellationException if it was given up; what had been started is stopped
   */
  static StandaloneSystem start(StandaloneOptions options, UnaryOperator<VectorStore> storeInFront,
      BooleanSupplier isUnwanted) {
    return new StandaloneSystem(options, storeInFront, isUnwanted);
  }

  /** Broker, database and cache, for tests that take one away. */
  public LocalServers servers() {
    return servers;
  }

  public String baseUrl() {
    return baseUrl;
  }

  public Credentials credentials() {
    return credentials;
  }

  private ConfigurableApplicationContext start(List<ServiceDefinition> services, WebApplicationType web,
      Map<String, Object> properties, Map<String, Object> shared) {
    return ServiceStart.context(services, web, false, properties,
        List.of(context -> shared.forEach(context.getBeanFactory()::registerSingleton)));
  }

  /** What the services of one process have one of: the writer of the index, each model, the metrics. */
  private Map<String, Object> shared(StandaloneOptions options, EmbeddingSettings embedding,
      UnaryOperator<VectorStore> storeInFront) {
    var metrics = CoreConfiguration.metrics();
    opened(metrics::close);
    VectorStore embedded = opened(LuceneVectorStore.open(options.data().resolve("index")));
    VectorStore store = new InstrumentedVectorStore(storeInFront.apply(embedded), "lucene", metrics);
    var redis = new LettuceConnectionFactory(
        LettuceConnectionFactory.createRedisConfiguration(servers.redis().url()));
    redis.afterPropertiesSet();
    redis.start();
    opened(redis::destroy);
    var cache = new OutageTolerantVectorCache(new RedisVectorCache(redis, CACHE_LIFE, CACHE_TIMEOUT), CACHE_PAUSE,
        InstantSource.system(), metrics);
    var models = opened(new EmbeddingModels(embedding, cache, metrics));
    return Map.of("vectorStore", store, "embeddingModels", models, "meterRegistry", metrics);
  }

  private Map<String, Object> properties(StandaloneOptions options, String operatorToken) {
    var properties = new HashMap<>(StandaloneSettings.of(options.data(), servers.postgres().address().url(),
        servers.redis().url(), servers.broker().bootstrapServers()));
    properties.put("ADMIN_TOKEN", operatorToken);
    properties.put("server.port", options.port());
    properties.put("server.address", "127.0.0.1");
    properties.putAll(options.properties());
    return Map.copyOf(properties);
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    requireWanted();
    return part;
  }

  private void requireWanted() {
    if (isUnwanted.getAsBoolean()) {
      throw new CancellationException("the start was given up");
    }
  }

  /** Stops everything, last started first; a part that does not stop does not keep the others. */
  @Override
  public void close() {
    RuntimeException failure = null;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        failure = failure == null ? new IllegalStateException("a part did not stop cleanly", e) : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
