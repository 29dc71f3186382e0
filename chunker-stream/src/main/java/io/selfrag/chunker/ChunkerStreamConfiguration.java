package io.selfrag.chunker;

import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.audit.AuditLog;
import io.selfrag.catalog.holds.BulkHolds;
import io.selfrag.catalog.holds.ParkedVersions;
import io.selfrag.catalog.intake.ContentStore;
import io.selfrag.catalog.intake.DocumentChanges;
import io.selfrag.catalog.lookup.ExternalReservations;
import io.selfrag.catalog.lookup.ProcessingLookup;
import io.selfrag.chunker.catalog.CatalogChangeAudit;
import io.selfrag.chunker.catalog.CatalogContents;
import io.selfrag.chunker.catalog.CatalogExternalDocuments;
import io.selfrag.chunker.catalog.CatalogHolds;
import io.selfrag.chunker.catalog.CatalogKnowledgeBases;
import io.selfrag.chunker.kafka.Holds;
import io.selfrag.chunker.kafka.OrderPorts;
import io.selfrag.chunker.kafka.OrphanedTransactions;
import io.selfrag.chunker.kafka.OrderTopology;
import io.selfrag.chunker.kafka.QueuedWatch;
import io.selfrag.chunker.kafka.SplitPorts;
import io.selfrag.chunker.kafka.SplitTopology;
import io.selfrag.chunker.kafka.StreamsApplication;
import io.selfrag.chunker.kafka.StreamsSettings;
import io.selfrag.chunker.kafka.TransientRetry;
import io.selfrag.chunker.parse.DocumentParser;
import io.selfrag.chunker.parse.ParseLimits;
import io.selfrag.chunker.parse.process.ProcessDocumentParser;
import io.selfrag.chunker.parse.process.ProcessParserSettings;
import io.selfrag.chunker.parse.tika.TikaDocumentParser;
import io.selfrag.chunker.version.Models;
import io.selfrag.chunker.version.Overtaken;
import io.selfrag.chunker.version.VersionSplitter;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.TokenCounter;
import io.selfrag.embedding.settings.EmbeddingModels;
import io.selfrag.embedding.settings.EmbeddingSettings;
import io.selfrag.schemas.Lane;
import io.selfrag.service.health.StageHealth;
import io.selfrag.service.kafka.Backoff;
import io.selfrag.service.kafka.KafkaClients;
import io.selfrag.service.start.BrokerConfiguration;
import io.selfrag.service.start.CoreConfiguration;
import io.selfrag.service.start.DatabaseConfiguration;
import io.selfrag.service.start.SettingsOf;
import io.selfrag.service.trace.Spans;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * The service's composition root: {@code order}, and {@code split} once for each lane, with threads, producers and parser
 * processes of their own. The applications stop before what they work with is closed.
 */
@Configuration(proxyBeanMethods = false)
@Import({CoreConfiguration.class, BrokerConfiguration.class, DatabaseConfiguration.class})
@EnableConfigurationProperties(ChunkerSettings.class)
public class ChunkerStreamConfiguration {
  private static final Duration LOOKUP_LIMIT = Duration.ofSeconds(10);
  private static final Duration CONTENT_LIMIT = Duration.ofSeconds(30);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));

  @Bean
  EmbeddingSettings embeddingSettings(Environment environment) {
    return new SettingsOf<>("selfrag.embedding", EmbeddingSettings.class).bind(environment);
  }

  /** Tokenizers only: no model is loaded to count. */
  @Bean
  EmbeddingModels embeddingModels(EmbeddingSettings settings) {
    return new EmbeddingModels(settings);
  }

  @Bean
  Models tokenModels(EmbeddingModels models) {
    return new Models() {
      @Override
      public TokenCounter counterOf(ModelId model) {
        return models.counterOf(model);
      }

      @Override
      public int maxTokensOf(ModelId model) {
        return models.maxTokensOf(model);
      }
    };
  }

  /** Hostile files meet a process of their own; a bulk import cannot take those of the interactive lane. */
  @Bean(destroyMethod = "close")
  DocumentParser interactiveParser(ChunkerSettings settings) {
    return parser(settings, settings.interactiveThreads());
  }

  @Bean(destroyMethod = "close")
  DocumentParser bulkParser(ChunkerSettings settings) {
    return parser(settings, settings.bulkThreads());
  }

  private static DocumentParser parser(ChunkerSettings settings, int threads) {
    return switch (settings.parserMode()) {
      case PROCESS -> new ProcessDocumentParser(
          ProcessParserSettings.of(threads).withHeapMegabytes(settings.parserHeapMb()));
      case IN_PROCESS -> new TikaDocumentParser();
    };
  }

  @Bean
  CatalogContents originalContents(CatalogDatabase database) {
    return new CatalogContents(new ContentStore(database), CONTENT_LIMIT);
  }

  @Bean
  Overtaken overtaken() {
    return new Overtaken();
  }

  @Bean
  QueuedWatch queuedWatch(KafkaClients clients, Overtaken overtaken, InstantSource clock, RandomGenerator random) {
    return new QueuedWatch(clients, overtaken, clock, random);
  }

  @Bean
  StageHealth orderHealth(InstantSource clock) {
    return new StageHealth("order", clock);
  }

  @Bean
  StageHealth interactiveSplitHealth(InstantSource clock) {
    return new StageHealth("split", clock);
  }

  @Bean
  StageHealth bulkSplitHealth(InstantSource clock) {
    return new StageHealth("split-bulk", clock);
  }

  @Bean
  StreamsApplication order(KafkaClients clients, CatalogDatabase database, ChunkerSettings settings,
      StageHealth orderHealth, InstantSource clock, RandomGenerator random, MeterRegistry meters, Spans spans) {
    var ports = new OrderPorts(new CatalogKnowledgeBases(new ProcessingLookup(database), LOOKUP_LIMIT),
        new CatalogExternalDocuments(new ExternalReservations(database), LOOKUP_LIMIT),
        new CatalogChangeAudit(new AuditLog(database), LOOKUP_LIMIT),
        retry(settings, clock, random, orderHealth), orderHealth, meters, spans);
    return new StreamsApplication("order", OrderTopology.of(clients.topics(), clients.codec(), ports),
        streams(clients, settings, "order", settings.orderThreads()), clients, orderHealth, clock);
  }

  @Bean
  StreamsApplication split(KafkaClients clients, CatalogContents originalContents, DocumentParser interactiveParser,
      Models tokenModels, Overtaken overtaken, ChunkerSettings settings, StageHealth interactiveSplitHealth,
      InstantSource clock,
      RandomGenerator random, MeterRegistry meters, Spans spans) {
    return split(Lane.INTERACTIVE, "split", settings.interactiveThreads(), clients, settings,
        new SplitPorts(splitter(originalContents, interactiveParser, tokenModels, settings),
            retry(settings, clock, random, interactiveSplitHealth), overtaken, Holds.NONE, settings.contentDeadline(),
            clock,
            interactiveSplitHealth, meters, spans));
  }

  @Bean
  StreamsApplication splitBulk(KafkaClients clients, CatalogDatabase database, CatalogContents originalContents,
      DocumentParser bulkParser,
      Models tokenModels, Overtaken overtaken, ChunkerSettings settings, StageHealth bulkSplitHealth,
      InstantSource clock,
      RandomGenerator random, MeterRegistry meters, Spans spans) {
    return split(Lane.BULK, "split-bulk", settings.bulkThreads(), clients, settings,
        new SplitPorts(splitter(originalContents, bulkParser, tokenModels, settings),
            retry(settings, clock, random, bulkSplitHealth), overtaken, holds(database, clients, clock),
            settings.contentDeadline(), clock,
            bulkSplitHealth, meters, spans));
  }

  private static Holds holds(CatalogDatabase database, KafkaClients clients, InstantSource clock) {
    var changes = new DocumentChanges(database, clients.topics(), clients.codec());
    return new CatalogHolds(new BulkHolds(database), new ParkedVersions(database, changes, clients.topics()), clock,
        LOOKUP_LIMIT);
  }

  @Bean
  OrphanedTransactions orphanedTransactions(KafkaClients clients) {
    return new OrphanedTransactions(clients,
        Stream.of("order", "split", "split-bulk").map(it -> applicationId(clients, it)).toList());
  }

  private static StreamsApplication split(Lane lane, String name, int threads, KafkaClients clients,
      ChunkerSettings settings, SplitPorts ports) {
    return new StreamsApplication(name, SplitTopology.of(clients.topics(), clients.codec(), lane, ports),
        streams(clients, settings, name, threads), clients, ports.health(), ports.clock());
  }

  private static VersionSplitter splitter(CatalogContents contents, DocumentParser parser, Models models,
      ChunkerSettings settings) {
    return new VersionSplitter(contents, parser, models, ParseLimits.DEFAULTS.withTimeout(settings.parseTimeout()));
  }

  private static TransientRetry retry(ChunkerSettings settings, InstantSource clock, RandomGenerator random,
      StageHealth health) {
    return new TransientRetry(BACKOFF, settings.outageWait(), clock, Thread::sleep, random, health);
  }

  private static StreamsSettings streams(KafkaClients clients, ChunkerSettings settings, String name, int threads) {
    return new StreamsSettings(applicationId(clients, name), threads, settings.standbyReplicas(),
        settings.stateDir(), settings.commitInterval());
  }

  private static String applicationId(KafkaClients clients, String name) {
    return clients.settings().topicPrefix() + name;
  }
}
