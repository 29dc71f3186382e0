package io.selfrag.standalone.config;

import io.selfrag.catalog.operator.ConfigOverrides;
import io.selfrag.embedding.settings.EmbeddingModels;
import io.selfrag.embedding.settings.EmbeddingSettings;
import io.selfrag.generation.settings.ChatModels;
import io.selfrag.generation.settings.GenerationSettings;
import io.selfrag.generation.support.Similarity;
import io.selfrag.query.retrieve.RerankSettings;
import io.selfrag.query.systemconfig.ConfigEntry;
import io.selfrag.query.systemconfig.SystemConfig;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.service.config.DatabaseSettings;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.config.RedisSettings;
import io.selfrag.service.config.SecretKeySettings;
import io.selfrag.service.kafka.KafkaClients;
import io.selfrag.service.start.SettingsOf;
import io.selfrag.vectorstore.settings.VectorStoreSettings;
import io.selfrag.vectorstore.settings.VectorStores;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

/** What the settings say that services connect to, to be tried once. */
final class Connections {
  private final ConfigurableEnvironment environment;
  private final Duration limit;
  private final DatabaseSettings database;
  private final LettuceConnectionFactory redis;
  private final GenerationSettings generation;
  private final CompletableFuture<List<ConfigEntry>> chosen = new CompletableFuture<>();

  Connections(ConfigurableEnvironment environment, Duration limit) {
    this.environment = environment;
    this.limit = limit;
    this.database = SettingsOf.of(DatabaseSettings.class).bind(environment);
    this.redis = new LettuceConnectionFactory(LettuceConnectionFactory
        .createRedisConfiguration(SettingsOf.of(RedisSettings.class).bind(environment).url()));
    this.generation = new SettingsOf<>("selfrag.generation", GenerationSettings.class).bind(environment);
  }

  List<Probe> probes() {
    var kafka = SettingsOf.of(KafkaSettings.class).bind(environment);
    var store = new SettingsOf<>("selfrag.vector-store", VectorStoreSettings.class).bind(environment);
    var embedding = new SettingsOf<>("selfrag.embedding", EmbeddingSettings.class).bind(environment);
    return List.of(new Probe("broker", kafka.bootstrapServers(), () -> broker(kafka)),
        new Probe("PostgreSQL", database.address().toString(), this::database),
        new Probe("Redis", Masked.text(SettingsOf.of(RedisSettings.class).bind(environment).url()), this::redis),
        new Probe("vector store", store.chosenKind() == VectorStoreSettings.Kind.LUCENE
            ? "lucene in " + store.lucenePath()
            : Masked.text("qdrant at " + store.qdrantUrl()), () -> store(store)),
        new Probe("embedding model", Masked.text(embedding.modelsFor("auto").stream().map(it -> it.model().key())
            .distinct().collect(Collectors.joining(", "))), () -> embedding(embedding)),
        new Probe("chat model", generation.chosenProvider().wireName() + "/" + generation.chosenModel(), this::chat));
  }

  private String broker(KafkaSettings settings) throws Exception {
    var clients = new KafkaClients(settings, new AvroCodec());
    var admin = clients.admin("selfrag-config-check");
    // Closed without waiting for brokers that are not there.
    return Probe.with(() -> admin.close(Duration.ZERO), () -> {
      var nodes = admin.describeCluster().nodes().get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return nodes.size() + (nodes.size() == 1 ? " broker" : " brokers");
    });
  }

  private String database() throws Exception {
    var pool = database.open("selfrag-config-check");
    return Probe.with(pool::close, () -> {
      pool.ping().block(limit);
      return "";
    });
  }

  private String redis() throws Exception {
    redis.afterPropertiesSet();
    redis.start();
    return Probe.with(redis::destroy, () -> {
      try (var connection = redis.getConnection()) {
        connection.ping();
      }
      return "";
    });
  }

  private static String store(VectorStoreSettings settings) throws Exception {
    var folder = settings.lucenePath();
    if (settings.chosenKind() == VectorStoreSettings.Kind.LUCENE && folder != null && !Files.exists(folder)) {
      return "its folder is made by the first start";
    }
    // Beside a system that may be writing.
    var reading = new VectorStoreSettings(settings.kind(), folder, true, settings.qdrantUrl(),
        settings.qdrantGrpcPort(), settings.qdrantApiKey(), settings.readTimeout(), settings.writeTimeout());
    var store = VectorStores.open(reading);
    return Probe.with(store::close, () -> {
      store.check();
      return "";
    });
  }

  private static String embedding(EmbeddingSettings settings) throws Exception {
    var models = new EmbeddingModels(settings);
    return Probe.with(models::close, () -> {
      settings.modelsFor("auto").forEach(it -> models.of(it.model()).check());
      return "";
    });
  }

  /** By what operators chose, where the database can be asked for it. */
  private String chat() throws Exception {
    var settings = CompletableFuture.supplyAsync(this::chosenByOperators).exceptionally(_ -> generation)
        .get(limit.toMillis(), TimeUnit.MILLISECONDS);
    var models = new ChatModels(() -> settings, Similarity.NONE, InstantSource.system());
    return Probe.with(models::close, () -> {
      var model = models.choose();
      model.check();
      return model.writes()
          ? model.id().provider() + "/" + model.id().model()
          : "extractive: no language model is there, answers are quotes";
    });
  }

  private GenerationSettings chosenByOperators() {
    try (var pool = database.open("selfrag-config-check")) {
      var config = SystemConfig.open(new ConfigOverrides(pool), generation,
          new SettingsOf<>("selfrag.rerank", RerankSettings.class).bind(environment), Set.of(),
          SettingsOf.of(SecretKeySettings.class).bind(environment), new SecureRandom(),
          new ReactiveStringRedisTemplate(redis));
      chosen.complete(config.entries().stream()
          .filter(it -> it.source() == ConfigEntry.Source.DATABASE || it.error() != null).toList());
      return config.generation();
    }
  }

  /** What operators set while the system ran; nothing where the database could not be asked. */
  List<ConfigEntry> chosenWhileRunning() {
    return chosen.getNow(List.of());
  }
}
