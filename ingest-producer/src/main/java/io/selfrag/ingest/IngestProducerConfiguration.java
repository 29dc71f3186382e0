package io.selfrag.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.holds.ParkedVersions;
import io.selfrag.catalog.idempotency.IdempotencyKeys;
import io.selfrag.catalog.intake.AcceptingRevisions;
import io.selfrag.catalog.intake.ContentStore;
import io.selfrag.catalog.intake.DocumentChanges;
import io.selfrag.catalog.intake.DocumentIntake;
import io.selfrag.catalog.intake.DocumentReads;
import io.selfrag.catalog.intake.IngestJobs;
import io.selfrag.catalog.intake.IntakeChecks;
import io.selfrag.catalog.intake.RevisionOutcomes;
import io.selfrag.catalog.intake.UnreferencedContents;
import io.selfrag.ingest.accept.AcceptDocuments;
import io.selfrag.ingest.accept.AcceptingReaper;
import io.selfrag.ingest.accept.CommandSender;
import io.selfrag.ingest.accept.DocumentIds;
import io.selfrag.ingest.accept.LaneChoice;
import io.selfrag.ingest.accept.PipelineRoom;
import io.selfrag.ingest.bulk.BulkStream;
import io.selfrag.ingest.bulk.IngestMany;
import io.selfrag.ingest.bulk.ItemReader;
import io.selfrag.ingest.content.LeftFiles;
import io.selfrag.ingest.content.TakeContent;
import io.selfrag.ingest.document.DocumentRules;
import io.selfrag.ingest.fetch.AddressPolicy;
import io.selfrag.ingest.fetch.PublicAddresses;
import io.selfrag.ingest.fetch.SourceFetch;
import io.selfrag.ingest.kafka.KafkaCommandSender;
import io.selfrag.ingest.kafka.KafkaPipelineProgress;
import io.selfrag.ingest.single.IngestOne;
import io.selfrag.ingest.upkeep.HeldBack;
import io.selfrag.ingest.upkeep.Upkeep;
import io.selfrag.ingest.waiting.OpenStreams;
import io.selfrag.ingest.waiting.RevisionWaiters;
import io.selfrag.service.http.AccessConfiguration;
import io.selfrag.service.http.AnswerDeadline;
import io.selfrag.service.kafka.KafkaClients;
import io.selfrag.service.kafka.OutboxRelay;
import io.selfrag.service.start.BrokerConfiguration;
import io.selfrag.service.start.CoreConfiguration;
import io.selfrag.service.start.CoreConfiguration.IdSource;
import io.selfrag.service.start.DatabaseConfiguration;
import io.selfrag.service.start.OutboxConfiguration;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Puts this service together; its routes are in {@link IngestRoutes}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IngestSettings.class)
@Import({CoreConfiguration.class, DatabaseConfiguration.class, BrokerConfiguration.class, OutboxConfiguration.class,
    AccessConfiguration.class, IngestRoutes.class})
public class IngestProducerConfiguration {
  /** An operator who resumes waits for it. */
  private static final Duration HELD_BACK_EVERY = Duration.ofSeconds(1);
  /** A client may think long between two uploads of its job. */
  private static final Duration CLIENTS_JOB_IDLE = Duration.ofDays(1);
  private static final int SEND_THREADS = 4;
  private static final int BLOCKING_THREADS = 8;
  private static final int MAX_QUEUED = 10_000;
  private static final int LOOK_UP_THREADS = 4;
  private static final int MAX_LOOK_UPS = 100;

  /** Where {@code Producer.send} may block; its queue is what a broker that is away piles up. */
  @Bean(destroyMethod = "dispose")
  Scheduler sendScheduler() {
    return Schedulers.newBoundedElastic(SEND_THREADS, MAX_QUEUED, "kafka-send");
  }

  /** Temporary files, and what takes long. */
  @Bean(destroyMethod = "dispose")
  Scheduler blockingScheduler() {
    return Schedulers.newBoundedElastic(BLOCKING_THREADS, MAX_QUEUED, "ingest-blocking");
  }

  /** Look-ups of names, which callers choose: slow ones must not keep uploads waiting. */
  @Bean(destroyMethod = "dispose")
  Scheduler lookUpScheduler() {
    return Schedulers.newBoundedElastic(LOOK_UP_THREADS, MAX_LOOK_UPS, "ingest-look-up");
  }

  @Bean(destroyMethod = "close")
  Producer<String, SpecificRecord> commandProducer(KafkaClients clients) {
    return clients.producer("ingest-producer-commands");
  }

  @Bean
  CommandSender commandSender(Producer<String, SpecificRecord> commandProducer, KafkaClients clients,
      Scheduler sendScheduler, IngestSettings settings) {
    return new KafkaCommandSender(commandProducer, clients.topics(), sendScheduler, settings.ackTimeout());
  }

  @Bean
  AnswerDeadline ingestDeadline(IngestSettings settings) {
    return new AnswerDeadline(IngestProducerConfiguration.class.getPackage(), settings.answerTimeout());
  }

  @Bean
  IntakeChecks intakeChecks(CatalogDatabase database) {
    return new IntakeChecks(database);
  }

  @Bean
  PipelineRoom pipelineRoom(IntakeChecks checks, IngestSettings settings) {
    return new PipelineRoom(checks, settings.maxOpenDocuments(), System::nanoTime);
  }

  @Bean
  AcceptDocuments acceptDocuments(CatalogDatabase database, IntakeChecks checks, PipelineRoom room,
      CommandSender sender, MeterRegistry meters, IngestSettings settings) {
    var lanes = new LaneChoice(checks, settings.interactiveMaxInFlight(), settings.interactiveMaxBytes());
    return new AcceptDocuments(new DocumentIntake(database), room, lanes, sender, meters);
  }

  @Bean
  AcceptingReaper acceptingReaper(CatalogDatabase database, Admin kafkaAdmin, KafkaClients clients,
      IngestSettings settings) {
    return new AcceptingReaper(new AcceptingRevisions(database),
        new KafkaPipelineProgress(kafkaAdmin, clients.topics(), clients.settings().partitions()), settings.reapAfter(),
        settings.reapEvery());
  }

  @Bean
  RevisionWaiters revisionWaiters(CatalogDatabase database, IngestSettings settings) {
    return new RevisionWaiters(new RevisionOutcomes(database), settings.maxWaiters(), settings.waitPoll());
  }

  @Bean
  OpenStreams openStreams(IngestSettings settings) {
    return new OpenStreams(settings.maxStreams());
  }

  @Bean
  Upkeep upkeep(CatalogDatabase database, IngestJobs jobs, IngestSettings settings, InstantSource clock,
      Scheduler blockingScheduler) {
    return new Upkeep(Map.of("abandoned jobs", () -> jobs.completeAbandoned(settings.jobIdle(), CLIENTS_JOB_IDLE),
        "idempotency keys", new IdempotencyKeys(database)::removeForgotten, "contents",
        new UnreferencedContents(database)::collect, "left files",
        new LeftFiles(settings.tempFolder(), clock, blockingScheduler)::remove), settings.upkeepEvery());
  }

  @Bean
  Upkeep heldBack(CatalogDatabase database, DocumentChanges documents, KafkaClients clients, OutboxRelay relay) {
    var chore = new HeldBack(new ParkedVersions(database, documents, clients.topics()), relay::nudge);
    return new Upkeep(Map.of("held back versions", chore), HELD_BACK_EVERY);
  }

  @Bean
  DocumentReads documentReads(CatalogDatabase database) {
    return new DocumentReads(database);
  }

  @Bean
  DocumentChanges documentChanges(CatalogDatabase database, KafkaClients clients) {
    return new DocumentChanges(database, clients.topics(), clients.codec());
  }

  @Bean
  ContentStore contentStore(CatalogDatabase database) {
    return new ContentStore(database);
  }

  @Bean
  IngestJobs ingestJobs(CatalogDatabase database) {
    return new IngestJobs(database);
  }

  @Bean
  DocumentIds documentIds(IdSource ids) {
    return new DocumentIds(ids);
  }

  @Bean
  TakeContent takeContent(ContentStore store, IngestSettings settings, Scheduler blockingScheduler) {
    return new TakeContent(store, settings.tempFolder(), settings.maxDocumentBytes(), blockingScheduler);
  }

  /** Replaced in tests only, which have no public address to fetch from. */
  @Bean
  @ConditionalOnMissingBean
  AddressPolicy addressPolicy() {
    return new PublicAddresses();
  }

  @Bean
  SourceFetch sourceFetch(AddressPolicy policy, Scheduler lookUpScheduler, ReactorResourceFactory resources,
      IngestSettings settings) {
    return new SourceFetch(policy, lookUpScheduler, resources.getLoopResources(), settings.fetchTimeout());
  }

  @Bean
  IngestOne ingestOne(TakeContent contents, SourceFetch fetch, DocumentIds ids, AcceptDocuments accept) {
    return new IngestOne(contents, fetch, ids, accept);
  }

  @Bean
  IngestMany ingestMany(DocumentRules rules, TakeContent contents, DocumentIds ids, AcceptDocuments accept) {
    return new IngestMany(rules, contents, ids, accept);
  }

  @Bean
  BulkStream bulkStream(IngestMany ingest, ItemReader reader, IngestJobs jobs, PipelineRoom room,
      IngestSettings settings) {
    return new BulkStream(ingest, reader, jobs, room, settings.bulkMaxLineKb() * 1024,
        settings.jobIdle().dividedBy(5));
  }
}
