package io.selfrag.standalone.up;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.selfrag.catalog.CatalogMigration;
import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.chunker.ChunkerStreamConfiguration;
import io.selfrag.embedder.EmbedderWorkerConfiguration;
import io.selfrag.embedding.settings.EmbeddingModels;
import io.selfrag.embedding.settings.EmbeddingSettings;
import io.selfrag.indexer.IndexerSinkConfiguration;
import io.selfrag.servers.LocalServers;
import io.selfrag.standalone.client.Credentials;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.lucene.LuceneVectorStore;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

/**
 * The whole system in one process. Starts bottom up: servers, stores, workers, API; closes in the reverse order, so that
 * nothing is asked of a part that is gone.
 */
public final class StandaloneSystem implements AutoCloseable {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final LocalServers servers;
  private final String baseUrl;
  private final Credentials credentials;

  private StandaloneSystem(StandaloneOptions options) {
    try {
      servers = opened(LocalServers.start(options.data(), options.servers()));
      CatalogMigration.migrate(DatabaseAddress.parse(servers.postgres().address().url()));
      var token = DemoTenant.operatorToken(options.data());
      var properties = properties(options, token);
      var shared = shared(options);
      startWorker("indexer-sink", properties, shared, IndexerSinkConfiguration.class);
      startWorker("embedder-worker", properties, shared, EmbedderWorkerConfiguration.class);
      startWorker("chunker-stream", properties, shared, ChunkerStreamConfiguration.class);
      var api = opened(ServiceContext.start("standalone-api", WebApplicationType.REACTIVE, properties, shared,
          ApiConfiguration.class));
      baseUrl = "http://localhost:" + ((WebServerApplicationContext) api).getWebServer().getPort();
      credentials = DemoTenant.ensure(options.data(), baseUrl, token);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts everything and returns when the API answers.
   *
   * @throws io.selfrag.servers.LocalServerException with a sentence, if the folder or a port is taken
   */
  public static StandaloneSystem start(StandaloneOptions options) {
    return new StandaloneSystem(options);
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

  private void startWorker(String name, Map<String, Object> properties, Map<String, Object> shared,
      Class<?> configuration) {
    opened(ServiceContext.start(name, WebApplicationType.NONE, properties, shared, configuration));
  }

  private Map<String, Object> shared(StandaloneOptions options) {
    VectorStore store = opened(LuceneVectorStore.open(options.data().resolve("index")));
    var provider = (String) options.properties().get("EMBEDDING_PROVIDER");
    var models = opened(new EmbeddingModels(
        new EmbeddingSettings(provider, null, null, null, null, null, null, null, null)));
    var registry = opened(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    return Map.of("vectorStore", store, "embeddingModels", models, "meterRegistry", registry);
  }

  private Map<String, Object> properties(StandaloneOptions options, String operatorToken) {
    var properties = new HashMap<String, Object>();
    properties.put("DATABASE_URL", servers.postgres().address().url());
    properties.put("REDIS_URL", servers.redis().url());
    properties.put("KAFKA_BOOTSTRAP_SERVERS", servers.broker().bootstrapServers());
    properties.put("KAFKA_PARTITIONS", "4");
    properties.put("ADMIN_TOKEN", operatorToken);
    properties.put("STREAMS_STATE_DIR", options.data().resolve("streams").toString());
    properties.put("server.port", options.port());
    properties.putAll(options.properties());
    return Map.copyOf(properties);
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
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
