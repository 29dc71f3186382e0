package io.selfrag.deploy;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** One of ours, and the environment variables that it reads. */
enum Service {
  INGEST_PRODUCER("ingest-producer", "INGEST_PORT", 8020),
  QUERY_API("query-api", "PORT", 8020),
  CHUNKER_STREAM("chunker-stream", "CHUNKER_PORT", 8022),
  EMBEDDER_WORKER("embedder-worker", "EMBEDDER_PORT", 8023),
  INDEXER_SINK("indexer-sink", "INDEXER_PORT", 8024);

  /** Read by the JVM and by Spring. */
  private static final Set<String> OF_THE_PLATFORM = Set.of("JAVA_TOOL_OPTIONS", "SPRING_CONFIG_IMPORT");
  private static final Set<String> ADDRESSES = Set.of("DATABASE_URL", "REDIS_URL", "KAFKA_BOOTSTRAP_SERVERS",
      "QDRANT_URL");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)\\b");
  /** Sections of service-kit.yml that not every service binds, and what in its sources shows that it does. */
  private static final Map<String, String> BOUND_BY = Map.of("database", "DatabaseSettings", "redis",
      "CacheConfiguration|RedisSettings|AccessConfiguration", "rate-limits", "RateLimitSettings", "kafka",
      "KafkaSettings|BrokerConfiguration", "http",
      "HttpSettings|HttpConfiguration", "embedding", "EmbeddingSettings", "vector-store", "VectorStoreSettings");

  private final String module;
  private final String portVariable;
  private final int port;

  Service(String module, String portVariable, int port) {
    this.module = module;
    this.portVariable = portVariable;
    this.port = port;
  }

  String module() {
    return module;
  }

  String portVariable() {
    return portVariable;
  }

  /** Its port where nothing else is set. */
  int port() {
    return port;
  }

  static Optional<Service> named(String name) {
    return Arrays.stream(values()).filter(it -> it.module.equals(name)).findFirst();
  }

  /** Where the stores are that it cannot do without. */
  Set<String> needs() {
    var found = new TreeSet<>(ADDRESSES);
    found.retainAll(reads());
    return found;
  }

  /** Variables that change something in this service. */
  Set<String> reads() {
    var found = new TreeSet<>(OF_THE_PLATFORM);
    found.addAll(variables(Repository.text(module + "/src/main/resources/" + module + ".yml")));
    found.addAll(shared(sources()));
    return found;
  }

  /** Variables that the migration reads. */
  static Set<String> migrationReads() {
    var found = new TreeSet<>(OF_THE_PLATFORM);
    found.addAll(shared("DatabaseSettings KafkaSettings"));
    return found;
  }

  private String sources() {
    var text = new StringBuilder();
    Repository.files(module + "/src/main/java", ".java").forEach(it -> text.append(Repository.text(it)));
    return text.toString();
  }

  private static Set<String> shared(String sources) {
    var found = new TreeSet<String>();
    YamlFile.map(YamlFile.document(Repository.text("service-kit/src/main/resources/service-kit.yml")).get("selfrag"))
        .forEach((section, settings) -> {
          var bound = BOUND_BY.get(section);
          if (bound == null || Pattern.compile(bound).matcher(sources).find()) {
            found.addAll(variables(settings.toString()));
          }
        });
    return found;
  }

  private static Set<String> variables(String text) {
    var found = new TreeSet<String>();
    VARIABLE.matcher(text).results().forEach(it -> found.add(it.group(1)));
    return found;
  }
}
