package io.selfrag.chunker;

import static io.selfrag.chunker.Fixtures.CODEC;
import static io.selfrag.chunker.Fixtures.KB;
import static io.selfrag.chunker.Fixtures.TENANT;
import static io.selfrag.chunker.Fixtures.command;
import static io.selfrag.chunker.Fixtures.upsert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.CatalogMigration;
import io.selfrag.schemas.AvroDeserializer;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.RecordHeaders;
import io.selfrag.schemas.avro.Chunk;
import io.selfrag.schemas.avro.Delete;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.DocumentDeleted;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.Stage;
import io.selfrag.servers.SharedServers;
import io.selfrag.service.config.DatabaseSettings;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.kafka.KafkaClients;
import io.selfrag.service.kafka.TopicSetup;
import io.selfrag.service.start.ServiceStart;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole service against a real broker and a real database. */
class ChunkerStreamIT {
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static final int PARTITIONS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String TEXT = "Backups run every night at two and are kept for thirty days. ".repeat(60);

  @TempDir
  Path folder;

  private final String prefix = "chunker" + TESTS.incrementAndGet() + ".";
  private final KafkaClients clients = new KafkaClients(
      KafkaSettings.of(SharedServers.bootstrapServers(), prefix, PARTITIONS), CODEC);
  private final DatabaseSettings databaseSettings = DatabaseSettings.of(SharedServers.freshDatabase().url());
  private final CatalogDatabase database = databaseSettings.open("test");
  private Producer<byte[], byte[]> producer;
  private ConfigurableApplicationContext service;

  @BeforeEach
  void prepare() {
    CatalogMigration.migrate(databaseSettings.address());
    new TopicSetup(clients).ensure();
    producer = clients.rawProducer("test");
    sql("insert into tenants (id, name) values ('" + TENANT + "', 'acme')");
    sql("insert into knowledge_bases (id, tenant_id, name) values ('" + KB + "', '" + TENANT + "', 'manuals')");
    sql("insert into generations (knowledge_base_id, generation, spec) values ('" + KB + "', 1, '"
        + "{\"chunker\": \"recursive\", \"chunker_params\": {\"size\": 64}, \"language\": \"auto\", \"models\": "
        + "[{\"language\": \"any\", \"provider\": \"hashing\", \"model\": \"words-and-trigrams\", \"dimension\": 64}]}')");
    start();
  }

  @AfterEach
  void close() {
    service.close();
    producer.close();
    database.close();
  }

  @Test
  void commandsOfBothLanesBecomeChunksOnceAndADeleteReachesTheSink() {
    var interactive = new UUID(4, 1);
    var bulk = new UUID(4, 2);
    send(Lane.INTERACTIVE, command(interactive, 100L, upsert(TEXT, "one")));
    send(Lane.INTERACTIVE, command(interactive, 100L, upsert(TEXT, "one")));
    send(Lane.BULK, command(bulk, 100L, upsert(TEXT, "two")));
    awaitChunked(2);
    send(Lane.INTERACTIVE, command(interactive, 200L, new Delete()));

    await().atMost(PATIENCE).until(() -> read(PipelineTopic.EMBEDDED_CHUNKS, Lane.INTERACTIVE).size() == 1);
    assertThat(read(PipelineTopic.EMBEDDED_CHUNKS, Lane.INTERACTIVE).getFirst()).isInstanceOf(DocumentDeleted.class);
    assertWholeAndOnce(chunks(Lane.INTERACTIVE), 1);
    assertWholeAndOnce(chunks(Lane.BULK), 1);
    assertThat(events()).filteredOn(it -> it.getDocumentId().equals(interactive)).extracting(DocumentEvent::getStage)
        .containsExactly(Stage.QUEUED, Stage.PARSED, Stage.CHUNKED);
    assertThat(number("select count(*) from contents")).isEqualTo(1);
  }

  @Test
  void anExternalDocumentIsReservedIntroducedAndChunked() {
    var id = new UUID(4, 3);
    send(Lane.INTERACTIVE, command(id, null, upsert(TEXT, "from outside")));
    awaitChunked(1);

    long revision = chunks(Lane.INTERACTIVE).getFirst().getRevision();
    assertThat(number("select last_revision from documents where counted and id = '" + id + "'")).isEqualTo(revision);
    assertThat(number("select doc_count from tenant_counters")).isEqualTo(1);
    assertThat(number("select count(*) from document_revisions where state = 'pending' and revision = " + revision))
        .isEqualTo(1);
    assertThat(events().getFirst().getDocument().getAttributes().getTitle()).isEqualTo("from outside");
  }

  @Test
  void S21anExternalDocumentAboveTheQuotaLeavesNothingBehind() {
    sql("update tenants set quota_doc_count = 1");
    send(Lane.INTERACTIVE, command(new UUID(4, 4), null, upsert(TEXT, "first")));
    awaitChunked(1);
    send(Lane.INTERACTIVE, command(new UUID(4, 5), null, upsert(TEXT, "second")));

    await().atMost(PATIENCE).until(() -> !deadLetters(Lane.INTERACTIVE).isEmpty());
    assertThat(code(deadLetters(Lane.INTERACTIVE).getFirst())).isEqualTo("QUOTA_EXCEEDED");
    assertThat(number("select count(*) from documents")).isEqualTo(1);
    assertThat(number("select doc_count from tenant_counters")).isEqualTo(1);
  }

  @Test
  void whatProducersChangeStandsInTheAuditLogOnceAcceptedOrNot() {
    sql("update tenants set quota_doc_count = 1");
    var document = new UUID(4, 6);
    send(Lane.INTERACTIVE, command(document, null, upsert(TEXT, "first")));
    send(Lane.BULK, command(new UUID(4, 7), 100L, upsert(TEXT, "accepted by the API")));
    awaitChunked(2);
    send(Lane.INTERACTIVE, command(new UUID(4, 8), null, upsert(TEXT, "too much")));
    send(Lane.INTERACTIVE, command(document, null, new Delete()));

    await().atMost(PATIENCE).until(() -> number("select count(*) from audit_log") == 3);
    assertThat(number("select count(*) from audit_log where actor_kind = 'producer' and action = 'PRODUCE Upsert'"
        + " and status = 202 and tenant_id = '" + TENANT + "' and target ->> 'id' = '" + document + "'")).isEqualTo(1);
    assertThat(number("select count(*) from audit_log where action = 'PRODUCE Upsert' and code = 'QUOTA_EXCEEDED'"
        + " and status = 403")).isEqualTo(1);
    assertThat(number("select count(*) from audit_log where action = 'PRODUCE Delete' and code is null")).isEqualTo(1);
  }

  @Test
  void aRestartInTheMiddleLosesNothingAndRepeatsNothing() {
    int documents = 80;
    sendNumbered(0, 40);
    await().atMost(PATIENCE).until(() -> chunked() > 5);
    service.close();
    // A stream thread that stops ends what it has fetched, which can be all there is: more comes while nobody is there.
    sendNumbered(40, documents);
    start();
    awaitChunked(documents);
    // Known before the restart, so the store has survived it.
    for (int i = 0; i < 10; i++) {
      send(Lane.INTERACTIVE, command(new UUID(5, i), 200L, upsert(i + " " + TEXT, "t")));
    }
    await().atMost(PATIENCE)
        .until(() -> events().stream().filter(it -> it.getStage() == Stage.UNCHANGED).count() == 10);

    var all = new ArrayList<>(chunks(Lane.INTERACTIVE));
    all.addAll(chunks(Lane.BULK));
    assertWholeAndOnce(all, documents);
    assertThat(events()).filteredOn(it -> it.getStage() == Stage.CHUNKED).hasSize(documents);
  }

  @Test
  void badRecordsBecomeDeadLettersAndNeighboursAreUnharmed() {
    var good = new UUID(4, 6);
    byte[] value = CODEC.encode(command(good, 100L, upsert(TEXT, "good")));
    byte[] key = good.toString().getBytes(StandardCharsets.UTF_8);
    sendRaw(key, "no avro".getBytes(StandardCharsets.UTF_8));
    sendRaw(null, value);
    sendRaw(new UUID(9, 9).toString().getBytes(StandardCharsets.UTF_8), value);
    sendRaw(key, value);
    awaitChunked(1);

    await().atMost(PATIENCE).until(() -> deadLetters(Lane.INTERACTIVE).size() == 3);
    assertThat(deadLetters(Lane.INTERACTIVE)).extracting(ChunkerStreamIT::code).containsExactlyInAnyOrder("UNDECODABLE",
        "BAD_KEY", "BAD_KEY");
    assertWholeAndOnce(chunks(Lane.INTERACTIVE), 1);
  }

  private void sendNumbered(int from, int to) {
    for (int i = from; i < to; i++) {
      send(i % 2 == 0 ? Lane.BULK : Lane.INTERACTIVE, command(new UUID(5, i), 100L, upsert(i + " " + TEXT, "t")));
    }
  }

  private void start() {
    service = ServiceStart.context(List.of(ChunkerStreamApplication.EMBEDDED), WebApplicationType.NONE, false,
        Map.of("selfrag.kafka.bootstrap-servers", SharedServers.bootstrapServers(), "selfrag.kafka.topic-prefix",
            prefix,
            "selfrag.kafka.partitions", PARTITIONS, "selfrag.database.url", databaseSettings.url(),
            "selfrag.chunker.state-dir", folder.toString(), "selfrag.embedding.provider", "hashing"),
        List.of());
  }

  private void send(Lane lane, DocumentCommand command) {
    producer.send(new ProducerRecord<>(clients.topics().of(PipelineTopic.DOCUMENTS, lane),
        command.getDocumentId().toString().getBytes(StandardCharsets.UTF_8), CODEC.encode(command)));
    producer.flush();
  }

  private void sendRaw(byte[] key, byte[] value) {
    producer.send(new ProducerRecord<>(clients.topics().of(PipelineTopic.DOCUMENTS), key, value));
    producer.flush();
  }

  private void awaitChunked(int documents) {
    await().atMost(PATIENCE).until(() -> chunked() >= documents);
  }

  private int chunked() {
    return (int) events().stream().filter(it -> it.getStage() == Stage.CHUNKED).count();
  }

  private static void assertWholeAndOnce(List<Chunk> chunks, int documents) {
    assertThat(chunks).extracting(Chunk::getChunkId).doesNotHaveDuplicates();
    var found = new HashSet<UUID>();
    for (var chunk : chunks) {
      found.add(chunk.getDocumentId());
      assertThat(chunks.stream().filter(it -> it.getDocumentId().equals(chunk.getDocumentId())).count())
          .isEqualTo((long) chunk.getChunkCount());
    }
    assertThat(found).hasSize(documents);
  }

  private List<Chunk> chunks(Lane lane) {
    return read(PipelineTopic.CHUNKS, lane).stream().map(Chunk.class::cast).toList();
  }

  private List<DocumentEvent> events() {
    return read(PipelineTopic.DOCUMENT_EVENTS, Lane.INTERACTIVE).stream().map(DocumentEvent.class::cast).toList();
  }

  private List<SpecificRecord> read(PipelineTopic topic, Lane lane) {
    String name = clients.topics().of(topic, lane);
    var deserializer = new AvroDeserializer(CODEC);
    return raw(name).stream().map(it -> ((Decoded.Value) deserializer.deserialize(name, it.value())).message())
        .toList();
  }

  private List<ConsumerRecord<byte[], byte[]>> deadLetters(Lane lane) {
    return raw(clients.topics().deadLettersOf(clients.topics().of(PipelineTopic.DOCUMENTS, lane)));
  }

  private static String code(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.headers().lastHeader(RecordHeaders.DLT_CODE).value(), StandardCharsets.UTF_8);
  }

  /** Everything committed in a topic. */
  private List<ConsumerRecord<byte[], byte[]>> raw(String topic) {
    var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    try (var consumer = new KafkaConsumer<>(clients.consumerConfig("none", "reader"), new ByteArrayDeserializer(),
        new ByteArrayDeserializer())) {
      var partitions = List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(it -> consumer.position(it) < ends.get(it))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  private void sql(String statement) {
    database.client().sql(statement).fetch().rowsUpdated().block(Duration.ofSeconds(30));
  }

  private long number(String query) {
    return database.client().sql(query).map(row -> row.get(0, Long.class)).one().block(Duration.ofSeconds(30));
  }
}
