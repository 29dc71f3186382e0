package io.selfrag.embedder;

import io.selfrag.embedder.embed.EmbedChunks;
import io.selfrag.embedder.embed.PieceLimits;
import io.selfrag.embedder.kafka.ChunkConsumers;
import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.embedding.cache.OutageTolerantVectorCache;
import io.selfrag.embedding.cache.RedisVectorCache;
import io.selfrag.embedding.settings.EmbeddingModels;
import io.selfrag.embedding.settings.EmbeddingSettings;
import io.selfrag.service.health.StageHealth;
import io.selfrag.service.http.HttpConfiguration;
import io.selfrag.service.kafka.Backoff;
import io.selfrag.service.kafka.BatchConsumers;
import io.selfrag.service.kafka.DeadLetterPublisher;
import io.selfrag.service.kafka.KafkaClients;
import io.selfrag.service.lanes.LanePriority;
import io.selfrag.service.start.BrokerConfiguration;
import io.selfrag.service.start.CacheConfiguration;
import io.selfrag.service.start.CoreConfiguration;
import io.selfrag.service.start.SettingsOf;
import io.selfrag.service.trace.Spans;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;

/** The worker's composition root. Beans are destroyed in reverse order: consumers stop first, models close after their last call. */
@Configuration(proxyBeanMethods = false)
@Import({CoreConfiguration.class, BrokerConfiguration.class, CacheConfiguration.class, HttpConfiguration.class})
@EnableConfigurationProperties(EmbedderSettings.class)
public class EmbedderWorkerConfiguration {
  private static final int REMOTE_PIECE = 16;
  /** Texts are embedded one by one all the same; together they cost one look into the cache and one record batch. */
  private static final int IN_PROCESS_PIECE = 4;

  private static final SettingsOf<EmbeddingSettings> EMBEDDING = new SettingsOf<>("selfrag.embedding",
      EmbeddingSettings.class);
  private static final Duration CACHE_LIFE = Duration.ofDays(7);
  private static final Duration CACHE_TIMEOUT = Duration.ofMillis(500);
  private static final Duration CACHE_PAUSE = Duration.ofSeconds(5);

  /** The models with cache and metrics; used as they are where the context was given them. */
  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  EmbeddingModels embeddingModels(Environment environment, ReactiveRedisConnectionFactory redis, InstantSource clock,
      MeterRegistry metrics) {
    var cache = new OutageTolerantVectorCache(new RedisVectorCache(redis, CACHE_LIFE, CACHE_TIMEOUT), CACHE_PAUSE,
        clock, metrics);
    return new EmbeddingModels(EMBEDDING.bind(environment), cache, metrics);
  }

  @Bean(destroyMethod = "close")
  EmbedChunks embedChunks(EmbeddingModels models, EmbedderSettings settings) {
    boolean remote = switch (models.settings().chosenProvider()) {
      case OLLAMA, OPENAI -> true;
      case ONNX, HASHING -> false;
    };
    int texts = settings.pieceTexts() > 0 ? settings.pieceTexts() : remote ? REMOTE_PIECE : IN_PROCESS_PIECE;
    int places = settings.concurrency() > 0
        ? settings.concurrency()
        : Runtime.getRuntime().availableProcessors() + 1;
    return new EmbedChunks(models::of, new LanePriority(places, System::nanoTime),
        new PieceLimits(texts, settings.pieceTokens()));
  }

  @Bean
  StageHealth embedderHealth(InstantSource clock) {
    return new StageHealth("embedder-worker", clock);
  }

  @Bean(destroyMethod = "close")
  Producer<String, SpecificRecord> embedderProducer(KafkaClients clients) {
    return clients.producer("embedder-worker");
  }

  @Bean
  BatchConsumers chunkConsumers(KafkaClients clients, EmbedChunks embedChunks,
      @Qualifier("embedderProducer") Producer<String, SpecificRecord> producer, DeadLetterPublisher deadLetters,
      EmbedderSettings settings, @Qualifier("embedderHealth") StageHealth embedderHealth, InstantSource clock,
      RandomGenerator random, Spans spans) {
    var consumers = new BatchConsumers(clients, Backoff.DEFAULT, random);
    new ChunkConsumers(clients, embedChunks, producer, deadLetters, clock, spans).addTo(consumers,
        new ChunkConsumers.Batching(settings.consumers(), settings.batchRecords(), settings.linger()), embedderHealth);
    return consumers;
  }
}
