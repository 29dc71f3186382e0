package io.selfrag.query;

import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.audit.AuditLog;
import io.selfrag.catalog.cleanup.ExpiredRows;
import io.selfrag.catalog.deadletters.DeadLetterQueries;
import io.selfrag.catalog.deadletters.ReplayedLetters;
import io.selfrag.catalog.holds.BulkHolds;
import io.selfrag.catalog.intake.DocumentChanges;
import io.selfrag.catalog.ledger.LedgerQueries;
import io.selfrag.catalog.operator.AdminTokens;
import io.selfrag.catalog.outbox.Outbox;
import io.selfrag.catalog.outbox.OutboxDrain;
import io.selfrag.catalog.reconcile.Reconciliations;
import io.selfrag.catalog.reindex.ReindexJobs;
import io.selfrag.catalog.tenant.ApiKeys;
import io.selfrag.catalog.isolation.IsolationMigrations;
import io.selfrag.catalog.tenant.KnowledgeBases;
import io.selfrag.catalog.tenant.Tenants;
import io.selfrag.embedding.settings.EmbeddingSettings;
import io.selfrag.query.audit.http.AuditController;
import io.selfrag.query.knowledgebases.KnowledgeBaseLife;
import io.selfrag.query.knowledgebases.PipelineMessages;
import io.selfrag.query.knowledgebases.Reindexing;
import io.selfrag.query.knowledgebases.SpecOf;
import io.selfrag.query.knowledgebases.http.KnowledgeBaseController;
import io.selfrag.query.knowledgebases.http.ReindexController;
import io.selfrag.query.health.WorkersHealth;
import io.selfrag.query.operations.PipelineHistory;
import io.selfrag.query.operations.http.BulkHoldController;
import io.selfrag.query.operations.http.CleanupController;
import io.selfrag.query.operations.http.DeadLetterController;
import io.selfrag.query.operations.http.PipelineController;
import io.selfrag.query.operations.http.ReconcileController;
import io.selfrag.query.operations.kafka.PipelineReader;
import io.selfrag.query.operations.kafka.PipelineWatch;
import io.selfrag.query.operations.kafka.ProducerLetterSender;
import io.selfrag.query.operations.kafka.WaitingSince;
import io.selfrag.query.operations.letters.ReplayLetters;
import io.selfrag.query.operations.letters.ReplayMany;
import io.selfrag.query.operations.metrics.LagMetrics;
import io.selfrag.query.operations.metrics.OpenWorkMetrics;
import io.selfrag.query.operators.http.AdminTokenController;
import io.selfrag.query.tenants.KeyRing;
import io.selfrag.query.tenants.TenantLife;
import io.selfrag.query.tenants.http.MeController;
import io.selfrag.query.tenants.http.OperatorKeyController;
import io.selfrag.query.tenants.http.TenantController;
import io.selfrag.query.tenants.http.TenantKeyController;
import io.selfrag.schemas.PipelineWorker;
import io.selfrag.service.audit.AuditTrail;
import io.selfrag.service.health.HealthComponents;
import io.selfrag.service.health.LocalStages;
import io.selfrag.service.health.StageHealth;
import io.selfrag.service.http.AccessConfiguration;
import io.selfrag.service.http.AnswerDeadline;
import io.selfrag.service.http.CredentialChanges;
import io.selfrag.service.http.Idempotency;
import io.selfrag.service.http.MergePatch;
import io.selfrag.service.kafka.KafkaClients;
import io.selfrag.service.kafka.OutboxRelay;
import io.selfrag.service.start.BrokerConfiguration;
import io.selfrag.service.start.CoreConfiguration;
import io.selfrag.service.start.CoreConfiguration.IdSource;
import io.selfrag.service.start.DatabaseConfiguration;
import io.selfrag.service.start.OutboxConfiguration;
import io.selfrag.service.start.ReportDatabase;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.json.JsonMapper;

/** Tenants, keys, knowledge bases and operations: what decides what exists. Needs a bean of {@link EmbeddingSettings}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ControlPlaneSettings.class)
@Import({CoreConfiguration.class, DatabaseConfiguration.class, BrokerConfiguration.class, OutboxConfiguration.class,
    AccessConfiguration.class})
public class ControlPlaneConfiguration {
  @Bean
  AnswerDeadline controlPlaneDeadline(ControlPlaneSettings settings) {
    return new AnswerDeadline(ControlPlaneConfiguration.class.getPackage(), settings.timeout());
  }

  @Bean
  Tenants tenants(CatalogDatabase database) {
    return new Tenants(database);
  }

  @Bean
  KnowledgeBases knowledgeBases(CatalogDatabase database) {
    return new KnowledgeBases(database);
  }

  @Bean
  Reindexing reindexing(CatalogDatabase database, Outbox outbox, KafkaClients clients, EmbeddingSettings embedding,
      JsonMapper json, IdSource ids) {
    return new Reindexing(new ReindexJobs(database), outbox,
        new PipelineMessages(clients.codec(), clients.topics()),
        new SpecOf(embedding, json), json, ids);
  }

  @Bean
  KnowledgeBaseLife knowledgeBaseLife(KnowledgeBases bases, Outbox outbox, KafkaClients clients,
      EmbeddingSettings embedding, Reindexing reindexing, JsonMapper json, IdSource ids, InstantSource clock) {
    return new KnowledgeBaseLife(bases, outbox, new PipelineMessages(clients.codec(), clients.topics()),
        new SpecOf(embedding, json), reindexing, json, ids, clock);
  }

  @Bean
  ReindexController reindexController(CatalogDatabase database, KnowledgeBases bases, Reindexing reindexing,
      JsonMapper json, OutboxRelay relay) {
    return new ReindexController(database, bases, reindexing, json, relay::nudge);
  }

  @Bean
  KeyRing keyRing(ApiKeys keys, KnowledgeBases bases, CredentialChanges changes, JsonMapper json, IdSource ids,
      RandomGenerator random, InstantSource clock) {
    return new KeyRing(keys, bases, changes, json, ids, random, clock);
  }

  @Bean
  TenantLife tenantLife(CatalogDatabase database, Tenants tenants, KnowledgeBases bases, KnowledgeBaseLife baseLife,
      KeyRing keys, CredentialChanges changes) {
    return new TenantLife(database, tenants, bases, baseLife, new IsolationMigrations(database), keys, changes);
  }

  @Bean
  TenantController tenantController(TenantLife life, Tenants tenants, Idempotency idempotency, MergePatch patches,
      IdSource ids, InstantSource clock, OutboxRelay relay, ControlPlaneSettings settings) {
    return new TenantController(life, tenants, idempotency, patches, ids, clock, relay::nudge,
        settings.isolationStrategy());
  }

  @Bean
  OperatorKeyController operatorKeyController(TenantLife tenants, KeyRing keys, Idempotency idempotency) {
    return new OperatorKeyController(tenants, keys, idempotency);
  }

  @Bean
  TenantKeyController tenantKeyController(KeyRing keys, Idempotency idempotency, MergePatch patches) {
    return new TenantKeyController(keys, idempotency, patches);
  }

  @Bean
  AdminTokenController adminTokenController(AdminTokens tokens, CredentialChanges changes, Idempotency idempotency,
      IdSource ids, RandomGenerator random, InstantSource clock) {
    return new AdminTokenController(tokens, changes, idempotency, ids, random, clock);
  }

  @Bean
  AuditController auditController(ReportDatabase reports, AuditTrail trail, JsonMapper json) {
    return new AuditController(new AuditLog(reports.database()), trail, json);
  }

  @Bean
  MeController meController() {
    return new MeController();
  }

  @Bean
  KnowledgeBaseController knowledgeBaseController(CatalogDatabase database, KnowledgeBases bases,
      KnowledgeBaseLife life,
      Idempotency idempotency, MergePatch patches, OutboxRelay relay, JsonMapper json) {
    return new KnowledgeBaseController(database, bases, life, idempotency, patches, new OutboxDrain(database),
        relay::nudge, json);
  }

  @Bean
  DeadLetterController deadLetterController(CatalogDatabase database, ReportDatabase reports,
      Producer<byte[], byte[]> rawProducer, KafkaClients clients, JsonMapper json, OutboxRelay relay,
      InstantSource clock) {
    var letters = new DeadLetterQueries(database);
    var replay = new ReplayLetters(letters, new DocumentChanges(database, clients.topics(), clients.codec()),
        new ProducerLetterSender(rawProducer), clients.codec(), json, clients.topics());
    var many = new ReplayMany(letters, new ReplayedLetters(database), replay, relay::nudge, clock);
    return new DeadLetterController(letters, new DeadLetterQueries(reports.database()), replay, many, json,
        relay::nudge, clock);
  }

  @Bean
  BulkHoldController bulkHoldController(CatalogDatabase database, Tenants tenants) {
    return new BulkHoldController(new BulkHolds(database), tenants);
  }

  @Bean
  CleanupController cleanupController(CatalogDatabase database) {
    return new CleanupController(new ExpiredRows(database));
  }

  @Bean
  ReconcileController reconcileController(CatalogDatabase database, Tenants tenants, IdSource ids) {
    return new ReconcileController(new Reconciliations(database), tenants, ids);
  }

  @Bean
  PipelineWatch pipelineWatch(Admin kafkaAdmin, KafkaClients clients, InstantSource clock, MeterRegistry meters) {
    var topics = clients.topics();
    var history = new PipelineHistory(Arrays.stream(PipelineWorker.values())
        .collect(Collectors.toMap(it -> it.group(topics), it -> Set.copyOf(it.topics(topics)))));
    LagMetrics.register(history, topics, meters);
    return new PipelineWatch(new PipelineReader(kafkaAdmin, topics, clock), new WaitingSince(kafkaAdmin, clock),
        history,
        clock);
  }

  @Bean
  OpenWorkMetrics openWorkMetrics(ReportDatabase reports, MeterRegistry meters) {
    return new OpenWorkMetrics(new LedgerQueries(reports.database()), meters);
  }

  /** The workers, which are elsewhere: in other contexts of this JVM, which may say so, or in other processes. */
  @Bean
  HealthComponents workersHealth(PipelineWatch watch, KafkaClients clients, ObjectProvider<LocalStages> local,
      @Qualifier("outboxRelayHealth") StageHealth outboxRelayHealth) {
    return new WorkersHealth(watch, clients.topics(), local.getIfAvailable(() -> LocalStages.NONE),
        List.of(outboxRelayHealth.name()));
  }

  @Bean
  PipelineController pipelineController(PipelineWatch watch) {
    return new PipelineController(watch);
  }
}
