package io.selfrag.embedder;

import io.selfrag.embedder.embed.EmbedChunks;
import io.selfrag.embedder.embed.PieceLimits;
import io.selfrag.embedder.kafka.ChunkConsumers;
import io.selfrag.embedding.settings.EmbeddingModels;
import io.selfrag.embedding.settings.EmbeddingSettings;
import io.selfrag.service.health.StageHealth;
import io.selfrag.service.http.HttpConfiguration;
import io.selfrag.service.kafka.DeadLetterPublisher;
import io.selfrag.service.kafka.KafkaClients;
import io.selfrag.service.lanes.LanePriority;
import io.selfrag.service.start.BrokerConfiguration;
import io.selfrag.service.start.CoreConfiguration;
import io.selfrag.service.start.SettingsOf;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** The worker's composition root. Beans are destroyed in reverse order: consumers stop first, models close after their last call. */
@Configuration(proxyBeanMethods = false)
@Import({CoreConfiguration.class, BrokerConfiguration.class})
@EnableConfigurationProperties(EmbedderSettings.class)
public class EmbedderWorkerConfiguration {
  private static final int REMOTE_PIECE = 16;

  /** With the web server for health and metrics. */
  @Configuration(proxyBeanMethods = false)
  @Import({EmbedderWorkerConfiguration.class, HttpConfiguration.class})
  public static class Deployed {}

  @Bean
  EmbeddingSettings embeddingSettings(Environment environment) {
    return new SettingsOf<>("selfrag.embedding", EmbeddingSettings.class).bind(environment);
  }

  /** Every model: adapter, and what stands in front of it. */
  @Bean
  EmbeddingModels embeddingModels(EmbeddingSettings settings) {
    return new EmbeddingModels(settings);
  }

  @Bean
  EmbedChunks embedChunks(EmbeddingModels models, EmbedderSettings settings) {
    boolean remote = switch (models.settings().chosenProvider()) {
      case OLLAMA, OPENAI -> true;
      case ONNX, HASHING -> false;
    };
    int texts = settings.pieceTexts() > 0 ? settings.pieceTexts() : remote ? REMOTE_PIECE : 1;
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

  @Bean
  Producer<String, SpecificRecord> embedderProducer(KafkaClients clients) {
    return clients.producer("embedder-worker");
  }

  @Bean
  ChunkConsumers chunkConsumers(KafkaClients clients, EmbedChunks embedChunks,
      @Qualifier("embedderProducer") Producer<String, SpecificRecord> producer, DeadLetterPublisher deadLetters,
      EmbedderSettings settings, StageHealth embedderHealth, InstantSource clock, RandomGenerator random) {
    return new ChunkConsumers(clients, embedChunks, producer, deadLetters,
        new ChunkConsumers.Batching(settings.consumers(), settings.batchRecords(), settings.linger()), embedderHealth,
        clock, random);
  }
}
