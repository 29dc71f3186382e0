package io.selfrag.standalone.up;

import io.selfrag.chunker.ChunkerStreamApplication;
import io.selfrag.embedder.EmbedderWorkerApplication;
import io.selfrag.indexer.IndexerSinkApplication;
import io.selfrag.ingest.IngestProducerApplication;
import io.selfrag.query.QueryApiApplication;
import io.selfrag.servers.LocalBroker;
import io.selfrag.servers.LocalPostgres;
import io.selfrag.servers.LocalRedis;
import io.selfrag.service.start.ServiceDefinition;
import io.selfrag.service.start.ServiceStart;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.core.env.ConfigurableEnvironment;

/** The services, and what those of a data folder are told beside the environment. */
public final class StandaloneSettings {
  static final List<ServiceDefinition> WORKERS = List.of(IndexerSinkApplication.SERVICE,
      EmbedderWorkerApplication.SERVICE, ChunkerStreamApplication.SERVICE);
  /** Together in one context; the port of the last is that of both. */
  static final List<ServiceDefinition> API = List.of(IngestProducerApplication.SERVICE, QueryApiApplication.SERVICE);

  private static final int PARTITIONS = 4;

  private StandaloneSettings() {}

  /** All five. */
  public static List<ServiceDefinition> services() {
    return Stream.concat(WORKERS.stream(), API.stream()).toList();
  }

  /**
   * Everything that the services of a data folder will be told, as long as it is not known where its servers listen.
   *
   * @param chosen wins over the environment
   * @throws io.selfrag.service.config.ConfigurationException with a line for each setting that is wrong
   */
  static ConfigurableEnvironment checked(Path data, Map<String, Object> chosen) {
    var given = new HashMap<>(of(data, "postgresql://kb@localhost/kb", "redis://localhost", "localhost:9092"));
    given.putAll(chosen);
    return ServiceStart.environment(services(), given);
  }

  /** What services are told of the servers of a data folder. */
  static Map<String, Object> of(Path data, String databaseUrl, String redisUrl, String bootstrapServers) {
    return Map.of("DATABASE_URL", databaseUrl, "REDIS_URL", redisUrl, "KAFKA_BOOTSTRAP_SERVERS", bootstrapServers,
        "KAFKA_PARTITIONS", PARTITIONS, "KAFKA_REPLICATION", 1, "VECTOR_STORE", "lucene", "LUCENE_PATH",
        index(data).toString(), "CHUNKER_STATE_DIR", data.resolve("streams").toString());
  }

  /** Where a data folder has its index. */
  public static Path index(Path data) {
    return data.resolve("index");
  }

  /**
   * The same for a folder in which a system was started before, by another process perhaps.
   *
   * @throws io.selfrag.servers.LocalServerException if none was
   */
  public static Map<String, Object> kept(Path data) {
    return of(data, LocalPostgres.keptAddress(data.resolve("postgres")).url(),
        LocalRedis.keptUrl(data.resolve("redis")), LocalBroker.keptAddress(data.resolve("broker")));
  }
}
