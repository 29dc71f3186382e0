package io.selfrag.query;

import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.search.PassageQueries;
import io.selfrag.embedding.cache.OutageTolerantVectorCache;
import io.selfrag.embedding.cache.RedisVectorCache;
import io.selfrag.embedding.language.LanguageDetector;
import io.selfrag.embedding.settings.EmbeddingModels;
import io.selfrag.embedding.settings.EmbeddingSettings;
import io.selfrag.query.passages.CatalogPassages;
import io.selfrag.query.retrieve.RetrievePassages;
import io.selfrag.query.retrieve.http.RetrieveController;
import io.selfrag.service.start.SettingsOf;
import io.selfrag.vectorstore.CollectionNames;
import io.selfrag.vectorstore.InstrumentedVectorStore;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.settings.VectorStoreSettings;
import io.selfrag.vectorstore.settings.VectorStores;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.ObjectMapper;

/**
 * The composition of retrieval. The vector store and the models are used as they are where the context was given them: one
 * process has one writer of the embedded store and one copy of each model.
 */
@Configuration(proxyBeanMethods = false)
public class RetrievalConfiguration {
  private static final SettingsOf<VectorStoreSettings> VECTOR_STORE = new SettingsOf<>("selfrag.vector-store",
      VectorStoreSettings.class);
  private static final SettingsOf<EmbeddingSettings> EMBEDDING = new SettingsOf<>("selfrag.embedding",
      EmbeddingSettings.class);
  private static final Duration CACHE_LIFE = Duration.ofDays(7);
  private static final Duration CACHE_TIMEOUT = Duration.ofMillis(500);
  private static final Duration CACHE_PAUSE = Duration.ofSeconds(5);
  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(15);
  private static final int SEARCHES = 16;
  private static final int WAITING_SEARCHES = 512;
  private static final int IDLE_SECONDS = 60;

  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  VectorStore vectorStore(Environment environment, MeterRegistry metrics) {
    var settings = VECTOR_STORE.bind(environment);
    return new InstrumentedVectorStore(VectorStores.open(settings), settings.chosenKind().wireName(), metrics);
  }

  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  EmbeddingModels embeddingModels(Environment environment, ReactiveRedisConnectionFactory redis, InstantSource clock,
      MeterRegistry metrics) {
    var cache = new OutageTolerantVectorCache(new RedisVectorCache(redis, CACHE_LIFE, CACHE_TIMEOUT), CACHE_PAUSE,
        clock, metrics);
    return new EmbeddingModels(EMBEDDING.bind(environment), cache, metrics);
  }

  /** What new knowledge bases use. */
  @Bean
  EmbeddingSettings embeddingSettings(EmbeddingModels models) {
    return models.settings();
  }

  @Bean
  RetrievePassages retrievePassages(CatalogDatabase database, VectorStore store, EmbeddingModels models,
      ObjectMapper json) {
    var catalog = new CatalogPassages(new PassageQueries(database), json, DATABASE_TIMEOUT);
    return new RetrievePassages(catalog, store, models::of,
        (tenant, model) -> CollectionNames.of(tenant, model.model(), model.dimension(),
            CollectionNames.Isolation.PARTITION),
        question -> LanguageDetector.detect(question).modelLanguage());
  }

  /** Retrieval blocks, so it has threads of its own; past their queue callers are told to come back. */
  @Bean(destroyMethod = "dispose")
  Scheduler searchThreads() {
    return Schedulers.newBoundedElastic(SEARCHES, WAITING_SEARCHES, "search", IDLE_SECONDS, true);
  }

  @Bean
  RetrieveController retrieveController(RetrievePassages retrievePassages, Scheduler searchThreads) {
    return new RetrieveController(retrievePassages, searchThreads);
  }
}
