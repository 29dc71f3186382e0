package io.selfrag.query;

import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.search.PassageQueries;
import io.selfrag.catalog.tenant.KnowledgeBases;
import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.cache.OutageTolerantVectorCache;
import io.selfrag.embedding.cache.RedisVectorCache;
import io.selfrag.embedding.language.LanguageDetector;
import io.selfrag.embedding.settings.EmbeddingModels;
import io.selfrag.embedding.settings.EmbeddingSettings;
import io.selfrag.generation.settings.ChatModels;
import io.selfrag.query.cache.CachingSearch;
import io.selfrag.query.cache.RedisHits;
import io.selfrag.query.evaluate.http.EvaluateController;
import io.selfrag.query.expand.WrittenExpansion;
import io.selfrag.query.health.EmbeddingModelHealth;
import io.selfrag.query.health.VectorStoreHealth;
import io.selfrag.query.passages.CatalogPassages;
import io.selfrag.query.rerank.ConfiguredRerankers;
import io.selfrag.query.retrieve.IndexSearch;
import io.selfrag.query.retrieve.ExpandQuestion;
import io.selfrag.query.retrieve.Rerankers;
import io.selfrag.query.retrieve.RetrievePassages;
import io.selfrag.query.retrieve.SearchLegs;
import io.selfrag.query.retrieve.TimeLimits;
import io.selfrag.query.retrieve.http.OperatorsController;
import io.selfrag.query.retrieve.http.RetrieveController;
import io.selfrag.query.retrieve.http.RetrieveMetrics;
import io.selfrag.query.retrieve.http.Searches;
import io.selfrag.query.systemconfig.SystemConfig;
import io.selfrag.service.start.SettingsOf;
import io.selfrag.service.trace.Spans;
import io.selfrag.vectorstore.InstrumentedVectorStore;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.settings.VectorStoreSettings;
import io.selfrag.vectorstore.settings.VectorStores;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
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
@EnableConfigurationProperties({SearchSettings.class, QueryCacheSettings.class})
public class RetrievalConfiguration {
  private static final SettingsOf<VectorStoreSettings> VECTOR_STORE = new SettingsOf<>("selfrag.vector-store",
      VectorStoreSettings.class);
  private static final SettingsOf<EmbeddingSettings> EMBEDDING = new SettingsOf<>("selfrag.embedding",
      EmbeddingSettings.class);
  private static final Duration CACHE_LIFE = Duration.ofDays(7);
  private static final Duration CACHE_TIMEOUT = Duration.ofMillis(500);
  private static final Duration CACHE_PAUSE = Duration.ofSeconds(5);
  private static final Duration EXPANSION_LIMIT = Duration.ofSeconds(15);
  private static final int LEGS_OF_A_SEARCH = 2;
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

  /** Legs of searches; those who wait for them have other threads. */
  @Bean(destroyMethod = "shutdownNow")
  ExecutorService searchLegThreads(SearchSettings settings) {
    int size = settings.concurrency() * LEGS_OF_A_SEARCH;
    var threads = new ThreadPoolExecutor(size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
        Thread.ofPlatform().name("search-leg-", 0).daemon().factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  @Bean
  CatalogPassages catalogPassages(CatalogDatabase database, SearchSettings settings, ObjectMapper json) {
    return new CatalogPassages(new PassageQueries(database), json, settings.databaseTimeout());
  }

  /** What searches ask: the index behind the cache of hits, and the models behind that of vectors, unless caches are off. */
  record Searched(IndexSearch index, Function<ModelId, Embedder> embedders) {}

  @Bean
  Searched searched(VectorStore store, EmbeddingModels models, CatalogPassages catalog, QueryCacheSettings settings,
      ReactiveRedisConnectionFactory redis, InstantSource clock, MeterRegistry metrics) {
    return settings.enabled()
        ? new Searched(
            new CachingSearch(store::search, new RedisHits(redis, settings.ttl(), clock, metrics), catalog::revisions),
            models::of)
        : new Searched(store::search, models::uncachedOf);
  }

  @Bean
  RetrievePassages retrievePassages(CatalogPassages catalog, Searched searched, ExecutorService searchLegThreads,
      SearchSettings settings, ExpandQuestion expansion, Rerankers rerankers) {
    return retrieval(catalog, searched, searchLegThreads, settings, expansion, rerankers);
  }

  private static RetrievePassages retrieval(CatalogPassages catalog, Searched searched, ExecutorService threads,
      SearchSettings settings, ExpandQuestion expansion, Rerankers rerankers) {
    var legs = new SearchLegs(searched.index(), searched.embedders(), threads,
        new TimeLimits(settings.embedTimeout(), settings.indexTimeout()));
    return new RetrievePassages(catalog, legs, question -> LanguageDetector.detect(question).modelLanguage(), expansion,
        rerankers);
  }

  @Bean
  ExpandQuestion expandQuestion(ChatModels chat) {
    return new WrittenExpansion(chat::choose, EXPANSION_LIMIT);
  }

  @Bean(destroyMethod = "close")
  ConfiguredRerankers rerankers(SystemConfig config, ChatModels chat, EmbeddingModels models, InstantSource clock) {
    return new ConfiguredRerankers(config::rerank, chat::choose, models::tokensOf, clock);
  }

  /** Retrieval blocks, so it has threads of its own; past their queue callers are told to come back. */
  @Bean(destroyMethod = "dispose")
  Scheduler searchThreads(SearchSettings settings) {
    // The queue is one for each thread.
    int queue = Math.ceilDiv(settings.queue(), settings.concurrency());
    return Schedulers.newBoundedElastic(settings.concurrency(), queue, "search", IDLE_SECONDS, true);
  }

  @Bean
  Searches searches(RetrievePassages retrievePassages, Scheduler searchThreads, MeterRegistry metrics, Spans spans) {
    return new Searches(retrievePassages, searchThreads, new RetrieveMetrics(metrics), spans);
  }

  @Bean
  RetrieveController retrieveController(Searches searches) {
    return new RetrieveController(searches);
  }

  @Bean
  EvaluateController evaluateController(CatalogPassages catalog, VectorStore store, EmbeddingModels models,
      ExecutorService searchLegThreads, SearchSettings settings, ExpandQuestion expansion, Rerankers rerankers,
      KnowledgeBases bases, Scheduler searchThreads) {
    // Measured is what a question costs that nobody has asked before.
    var uncached = retrieval(catalog, new Searched(store::search, models::uncachedOf), searchLegThreads, settings,
        expansion,
        rerankers);
    return new EvaluateController(uncached, bases, searchThreads);
  }

  @Bean
  OperatorsController operatorsController() {
    return new OperatorsController();
  }

  @Bean
  VectorStoreHealth vectorStoreHealth(VectorStore store) {
    return new VectorStoreHealth(store);
  }

  @Bean
  EmbeddingModelHealth embeddingModelHealth(EmbeddingModels models) {
    return new EmbeddingModelHealth(models);
  }
}
