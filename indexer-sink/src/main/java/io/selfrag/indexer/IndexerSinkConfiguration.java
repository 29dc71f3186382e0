package io.selfrag.indexer;

import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.index.DeadLetterRows;
import io.selfrag.catalog.index.EventProjection;
import io.selfrag.catalog.index.FenceRows;
import io.selfrag.catalog.index.IndexChanges;
import io.selfrag.catalog.index.OpenWork;
import io.selfrag.catalog.index.PurgedRows;
import io.selfrag.catalog.index.Purges;
import io.selfrag.catalog.index.Refreshes;
import io.selfrag.catalog.index.WithheldFlips;
import io.selfrag.catalog.isolation.IsolationMigrations;
import io.selfrag.catalog.reindex.ReindexSteps;
import io.selfrag.indexer.index.ApplyChanges;
import io.selfrag.indexer.index.DocumentAge;
import io.selfrag.indexer.kafka.GroupProgress;
import io.selfrag.indexer.kafka.IndexChangeBatch;
import io.selfrag.indexer.kafka.ListDeadLetters;
import io.selfrag.indexer.kafka.ProjectBatch;
import io.selfrag.indexer.kafka.SinkConsumers;
import io.selfrag.indexer.reconcile.Reconciler;
import io.selfrag.indexer.sweep.IsolationSweeper;
import io.selfrag.indexer.sweep.OverdueSweeper;
import io.selfrag.indexer.sweep.PurgeSweeper;
import io.selfrag.indexer.sweep.RefreshSweeper;
import io.selfrag.indexer.sweep.ReindexSweeper;
import io.selfrag.indexer.sweep.SweepTimer;
import io.selfrag.indexer.sweep.Swept;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.service.health.StageHealth;
import io.selfrag.service.http.HttpConfiguration;
import io.selfrag.service.kafka.DeadLetterPublisher;
import io.selfrag.service.kafka.FailureEvents;
import io.selfrag.service.kafka.KafkaClients;
import io.selfrag.service.lanes.LanePriority;
import io.selfrag.service.start.BrokerConfiguration;
import io.selfrag.service.start.CoreConfiguration;
import io.selfrag.service.start.DatabaseConfiguration;
import io.selfrag.service.start.OutboxConfiguration;
import io.selfrag.service.start.SettingsOf;
import io.selfrag.service.trace.Spans;
import io.selfrag.vectorstore.InstrumentedVectorStore;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.settings.VectorStoreSettings;
import io.selfrag.vectorstore.settings.VectorStores;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** The sink's composition root. The vector store is used as it is where the context was given it: one process, one writer. */
@Configuration(proxyBeanMethods = false)
@Import({CoreConfiguration.class, DatabaseConfiguration.class, BrokerConfiguration.class, OutboxConfiguration.class,
    HttpConfiguration.class})
@EnableConfigurationProperties(IndexerSettings.class)
public class IndexerSinkConfiguration {
  private static final SettingsOf<VectorStoreSettings> VECTOR_STORE = new SettingsOf<>("selfrag.vector-store",
      VectorStoreSettings.class);

  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  VectorStore vectorStore(Environment environment, MeterRegistry metrics) {
    var settings = VECTOR_STORE.bind(environment);
    return new InstrumentedVectorStore(VectorStores.open(settings), settings.chosenKind().wireName(), metrics);
  }

  @Bean
  FenceRows fenceRows(CatalogDatabase database) {
    return new FenceRows(database);
  }

  @Bean
  ApplyChanges applyChanges(VectorStore store, CatalogDatabase database, FenceRows fences, KafkaClients clients,
      InstantSource clock, IndexerSettings settings) {
    return new ApplyChanges(store, fences,
        new IndexChanges(database, clients.topics(), clients.codec(), clock, settings.keepVectors()));
  }

  @Bean
  StageHealth indexerHealth(InstantSource clock) {
    return new StageHealth("indexer-sink", clock);
  }

  @Bean
  StageHealth projectionHealth(InstantSource clock) {
    return new StageHealth("event-projection", clock);
  }

  @Bean
  StageHealth deadLetterHealth(InstantSource clock) {
    return new StageHealth("dead-letter-list", clock);
  }

  @Bean
  StageHealth purgeHealth(InstantSource clock) {
    return new StageHealth("purge-sweeper", clock);
  }

  @Bean
  StageHealth refreshHealth(InstantSource clock) {
    return new StageHealth("refresh-sweeper", clock);
  }

  @Bean
  StageHealth overdueHealth(InstantSource clock) {
    return new StageHealth("overdue-revisions", clock);
  }

  @Bean
  StageHealth reconcilerHealth(InstantSource clock) {
    return new StageHealth("reconciler", clock);
  }

  @Bean
  SweepTimer reconcileTimer(CatalogDatabase database, FenceRows fences, VectorStore store, IndexerSettings settings,
      @Qualifier("reconcilerHealth") StageHealth reconcilerHealth, RandomGenerator random) {
    var reconciler = new Reconciler(database, fences, store);
    return new SweepTimer("reconciler", () -> Swept.of(reconciler.sweep()), settings.purgeInterval(), reconcilerHealth,
        random);
  }

  @Bean
  StageHealth isolationHealth(InstantSource clock) {
    return new StageHealth("isolation-sweeper", clock);
  }

  @Bean
  StageHealth reindexHealth(InstantSource clock) {
    return new StageHealth("reindex-sweeper", clock);
  }

  @Bean
  SweepTimer reindexTimer(CatalogDatabase database, KafkaClients clients, ApplyChanges applyChanges,
      IndexerSettings settings, @Qualifier("reindexHealth") StageHealth reindexHealth, InstantSource clock,
      MeterRegistry metrics, RandomGenerator random) {
    var sweeper = new ReindexSweeper(new ReindexSteps(database, clients.topics(), clients.codec(), clock),
        new WithheldFlips(database), applyChanges, clock, metrics);
    return new SweepTimer("reindex-sweeper", () -> Swept.of(sweeper.sweep()), settings.reindexInterval(),
        reindexHealth, random);
  }

  @Bean(destroyMethod = "close")
  Producer<String, SpecificRecord> indexerProducer(KafkaClients clients) {
    return clients.producer("indexer-sink");
  }

  @Bean
  SinkConsumers sinkConsumers(KafkaClients clients, ApplyChanges applyChanges, CatalogDatabase database,
      DeadLetterPublisher deadLetters, @Qualifier("indexerProducer") Producer<String, SpecificRecord> producer,
      Admin kafkaAdmin, IndexerSettings settings, @Qualifier("indexerHealth") StageHealth indexerHealth,
      @Qualifier("projectionHealth") StageHealth projectionHealth,
      @Qualifier("deadLetterHealth") StageHealth deadLetterHealth, InstantSource clock, MeterRegistry metrics,
      RandomGenerator random, Spans spans) {
    var turns = new LanePriority(settings.consumers(), System::nanoTime);
    var progress = new GroupProgress(kafkaAdmin, clients.topics().of(PipelineTopic.DOCUMENT_EVENTS),
        clients.topics().projectionGroup());
    var failures = new FailureEvents(producer, clients.topics(), clock);
    var age = new DocumentAge(metrics, clock);
    var consumers = new SinkConsumers(clients, random);
    consumers.embeddedChunks(settings.consumers(), settings.batchRecords(),
        lane -> new IndexChangeBatch(lane, applyChanges, turns, progress, deadLetters, failures, age, spans),
        indexerHealth);
    consumers.timeline(settings.projectors(), new ProjectBatch(new EventProjection(database), deadLetters),
        projectionHealth);
    consumers.deadLetters(new ListDeadLetters(new DeadLetterRows(database), clients.codec()), deadLetterHealth);
    return consumers;
  }

  @Bean
  SweepTimer purgeTimer(CatalogDatabase database, VectorStore store, IndexerSettings settings,
      @Qualifier("purgeHealth") StageHealth purgeHealth, RandomGenerator random) {
    var sweeper = new PurgeSweeper(new Purges(database), new PurgedRows(database), store, settings.purgeRepeat());
    return new SweepTimer("purge-sweeper", () -> Swept.of(sweeper.sweep()), settings.purgeInterval(), purgeHealth,
        random);
  }

  @Bean
  SweepTimer refreshTimer(CatalogDatabase database, FenceRows fences, VectorStore store, IndexerSettings settings,
      @Qualifier("refreshHealth") StageHealth refreshHealth, RandomGenerator random) {
    var sweeper = new RefreshSweeper(new Refreshes(database), fences, store);
    return new SweepTimer("refresh-sweeper", () -> Swept.of(sweeper.sweep()), settings.refreshInterval(),
        refreshHealth, random);
  }

  @Bean
  SweepTimer isolationTimer(CatalogDatabase database, VectorStore store, IndexerSettings settings,
      @Qualifier("isolationHealth") StageHealth isolationHealth, MeterRegistry metrics, RandomGenerator random) {
    // A writer that was thought dead lives longer than any search.
    var sweeper = new IsolationSweeper(new IsolationMigrations(database), store, settings.isolationAutoThreshold(),
        settings.purgeRepeat(), metrics);
    return new SweepTimer("isolation-sweeper", () -> Swept.of(sweeper.sweep()), settings.isolationInterval(),
        isolationHealth, random);
  }

  @Bean
  SweepTimer overdueTimer(CatalogDatabase database, ApplyChanges applyChanges, IndexerSettings settings,
      @Qualifier("overdueHealth") StageHealth overdueHealth, MeterRegistry metrics, RandomGenerator random) {
    var sweeper = new OverdueSweeper(new OpenWork(database), applyChanges, metrics);
    return new SweepTimer("overdue-revisions", sweeper::sweep, settings.deadlineInterval(), overdueHealth, random);
  }
}
