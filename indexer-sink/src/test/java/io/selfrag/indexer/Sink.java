package io.selfrag.indexer;

import io.selfrag.indexer.TroubledVectorStore.Trouble;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.AvroSerializer;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.Acl;
import io.selfrag.schemas.avro.Attributes;
import io.selfrag.schemas.avro.ChunkText;
import io.selfrag.schemas.avro.DocumentDeleted;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.DocumentPatched;
import io.selfrag.schemas.avro.EmbeddedChunk;
import io.selfrag.schemas.avro.ModelRef;
import io.selfrag.schemas.avro.Sensitivity;
import io.selfrag.schemas.avro.Stage;
import io.selfrag.servers.PostgresAddress;
import io.selfrag.servers.SharedServers;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.health.StageHealth;
import io.selfrag.service.kafka.KafkaClients;
import io.selfrag.service.start.ServiceStart;
import io.selfrag.vectorstore.CollectionNames;
import io.selfrag.vectorstore.CollectionNames.Isolation;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointFilter;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.SearchResult;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.lucene.LuceneVectorStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

/** The service on a real broker, PostgreSQL and Lucene, with topics, database and index of its own. */
final class Sink implements AutoCloseable {
  static final UUID TENANT = new UUID(0x7e, 1);
  static final UUID KB = new UUID(0xb5, 1);
  static final ModelRef MODEL = new ModelRef("any", "hashing", "hashing", 4);
  static final CollectionSpec COLLECTION = CollectionNames.of(TENANT, "hashing", 4, Isolation.PARTITION);
  private static final int PARTITIONS = 2;
  private static final AtomicInteger COUNT = new AtomicInteger();

  final TroubledVectorStore store;
  private final int number = COUNT.incrementAndGet();
  final TopicNames topics = new TopicNames("sink-it-" + number + ".");
  private final PostgresAddress database = SharedServers.freshDatabase();
  private final VectorStore index;
  private final AvroSerializer serializer = new AvroSerializer(new AvroCodec());
  private final Map<String, Object> overrides;
  private @Nullable ConfigurableApplicationContext context;
  private @Nullable Producer<byte[], byte[]> producer;

  Sink(Path folder, Map<String, Object> overrides) {
    this.overrides = overrides;
    index = LuceneVectorStore.open(folder.resolve("index-" + number));
    store = new TroubledVectorStore(index);
    start();
    sql("insert into tenants (id, name) values ('" + TENANT + "', 't')");
    sql("insert into tenant_counters (tenant_id, kb_count) values ('" + TENANT + "', 1)");
    knowledgeBase(KB);
  }

  void knowledgeBase(UUID id) {
    sql("insert into knowledge_bases (id, tenant_id, name) values ('%s', '%s', '%s')".formatted(id, TENANT, id));
    sql("insert into knowledge_base_counters (knowledge_base_id, tenant_id) values ('%s', '%s')".formatted(id, TENANT));
    sql("insert into generations (knowledge_base_id, generation, spec) values ('%s', 1, '{}')".formatted(id));
  }

  void start() {
    var properties = new HashMap<String, Object>(Map.of("selfrag.database.url", database.url(),
        "selfrag.kafka.bootstrap-servers", SharedServers.bootstrapServers(), "selfrag.kafka.topic-prefix",
        topics.prefix(), "selfrag.kafka.partitions", PARTITIONS, "selfrag.kafka.replication", 1,
        "selfrag.indexer.purge-interval", "50ms", "selfrag.indexer.purge-repeat", "300ms",
        "selfrag.indexer.refresh-interval", "50ms", "selfrag.indexer.deadline-interval", "200ms"));
    properties.putAll(overrides);
    context = ServiceStart.context(List.of(IndexerSinkApplication.SERVICE), WebApplicationType.NONE, false, properties,
        List.of(it -> it.getBeanFactory().registerSingleton("vectorStore", store)));
  }

  void stop() {
    var running = context;
    context = null;
    if (running != null) {
      running.close();
    }
  }

  StageHealth health(String bean) {
    return Objects.requireNonNull(context).getBean(bean, StageHealth.class);
  }

  /** A document that was accepted at this revision, as the API leaves it. */
  void accepted(UUID document, long revision) {
    sql("""
        insert into documents (tenant_id, knowledge_base_id, id, title, attributes_revision, last_revision, size_bytes, counted)
        values ('%s', '%s', '%s', 't', %d, %d, 10, true)
        on conflict (id) do update set last_revision = excluded.last_revision
        """
        .formatted(TENANT, KB, document, revision, revision));
    sql("""
        insert into document_revisions (document_id, revision, tenant_id, knowledge_base_id, kind, state)
        values ('%s', %d, '%s', '%s', 'upsert', 'pending')
        """.formatted(document, revision, TENANT, KB));
    sql("update tenant_counters set doc_count = (select count(*) from documents where counted),"
        + " storage_bytes = (select coalesce(sum(size_bytes), 0) from documents where counted)");
  }

  /** What the pipeline sends of a version: its steps so far, then its chunks. */
  void version(UUID document, long revision, int chunks) {
    send(event(document, revision, 0, Stage.QUEUED).build());
    send(event(document, revision, 0, Stage.CHUNKED).setGeneration(1).setChunkCount(chunks).build());
    IntStream.range(0, chunks).forEach(it -> send(chunk(document, revision, 0, it, chunks)));
  }

  static EmbeddedChunk chunk(UUID document, long revision, int attempt, int ordinal, int count) {
    var vector = ByteBuffer.allocate(4 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    vector.putFloat(ordinal % 4 * Float.BYTES, 1);
    return EmbeddedChunk.newBuilder().setTenantId(TENANT).setKnowledgeBaseId(KB).setDocumentId(document)
        .setGeneration(1).setRevision(revision).setAttempt(attempt)
        .setChunkId(Ids.chunkId(TENANT, KB, document, 1, revision, attempt, ordinal)).setOrdinal(ordinal)
        .setChunkCount(count).setModel(MODEL)
        .setChunk(ChunkText.newBuilder().setText("chunk " + ordinal + " of " + revision).setContext("t")
            .setCharStart(0).setCharEnd(10).setTokens(3).setLanguage("en").setHeadingPath(List.of()).build())
        .setVector(vector).build();
  }

  static DocumentEvent.Builder event(UUID document, long revision, int attempt, Stage stage) {
    return DocumentEvent.newBuilder().setTenantId(TENANT).setKnowledgeBaseId(KB).setDocumentId(document)
        .setRevision(revision).setAttempt(attempt).setStage(stage).setAt(Instant.parse("2026-01-01T00:00:00Z"));
  }

  static DocumentDeleted deleted(UUID document, long revision) {
    return new DocumentDeleted(TENANT, KB, document, revision, 0);
  }

  static DocumentPatched patched(UUID document, long revision, String title, String metadata) {
    return new DocumentPatched(TENANT, KB, document, revision,
        new Attributes(title, metadata, null, new Acl(Sensitivity.PUBLIC, List.of(), List.of(), List.of())));
  }

  /** Sends to the topic where such a message belongs, on the interactive lane. */
  void send(SpecificRecord message) {
    var topic = message instanceof DocumentEvent
        ? topics.of(PipelineTopic.DOCUMENT_EVENTS)
        : topics.of(PipelineTopic.EMBEDDED_CHUNKS, Lane.INTERACTIVE);
    var id = message.get(message.getSchema().getField("documentId").pos()).toString();
    send(topic, id.getBytes(), serializer.serialize(topic, message));
  }

  void send(String topic, byte @Nullable [] key, byte[] value) {
    if (producer == null) {
      var clients = new KafkaClients(KafkaSettings.of(SharedServers.bootstrapServers(), topics.prefix(), PARTITIONS),
          new AvroCodec());
      producer = new KafkaProducer<>(clients.producerConfig("sink-it"), new ByteArraySerializer(),
          new ByteArraySerializer());
    }
    get(producer.send(new ProducerRecord<>(topic, key, value)));
  }

  /** Lets the stopped service read a topic of its own from the beginning again. */
  void rewind(String group, String topic) {
    try (var admin = Admin.create(Map.of("bootstrap.servers", SharedServers.bootstrapServers()))) {
      var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        offsets.put(new TopicPartition(topic, partition), new OffsetAndMetadata(0));
      }
      get(admin.alterConsumerGroupOffsets(topics.prefix() + group, offsets).all());
    }
  }

  /** Records that the group has not finished. */
  long lag(String group, String topic) {
    try (var admin = Admin.create(Map.of("bootstrap.servers", SharedServers.bootstrapServers()))) {
      var committed = get(admin.listConsumerGroupOffsets(topics.prefix() + group).partitionsToOffsetAndMetadata());
      var wanted = new HashMap<TopicPartition, OffsetSpec>();
      IntStream.range(0, PARTITIONS).forEach(
          it -> wanted.put(new TopicPartition(topic, it), OffsetSpec.latest()));
      return get(admin.listOffsets(wanted).all()).entrySet().stream().mapToLong(it -> {
        var done = committed.get(it.getKey());
        return it.getValue().offset() - (done == null ? 0 : done.offset());
      }).sum();
    }
  }

  /** All points of the tenant, whatever trouble there is. */
  List<Point> points() {
    var points = new ArrayList<Point>();
    List<Point> page;
    do {
      page = index.scroll(COLLECTION, new PointSelection.OfTenant(TENANT),
          points.isEmpty() ? Optional.empty() : Optional.of(points.getLast().chunkId()), 1000);
      points.addAll(page);
    } while (page.size() == 1000);
    return points;
  }

  /** The documents whose words BM25 finds. */
  List<UUID> foundBy(String words) {
    var filter = new PointFilter(TENANT, List.of(new PointFilter.Scope(KB, 1)), List.of(), List.of(), null);
    return index.search(COLLECTION, SearchRequest.ofText(filter, null, words, 1000)).bm25().stream()
        .map(SearchResult.Hit::documentId).distinct().toList();
  }

  void sql(String statement) {
    try (var connection = connect(); var sql = connection.createStatement()) {
      sql.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(statement, e);
    }
  }

  /** The first column of each row as text. */
  List<String> column(String query) {
    try (var connection = connect(); var sql = connection.createStatement(); var rows = sql.executeQuery(query)) {
      var values = new ArrayList<String>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException(query, e);
    }
  }

  String value(String query) {
    return column(query).getFirst();
  }

  long number(String query) {
    return Long.parseLong(value(query));
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> T get(KafkaFuture<T> future) {
    return get(future.toCompletionStage().toCompletableFuture());
  }

  @Override
  public void close() {
    store.trouble(Trouble.NONE);
    stop();
    if (producer != null) {
      producer.close();
    }
    index.close();
  }
}
