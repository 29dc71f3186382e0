package io.selfrag.chunker.kafka;

import static io.selfrag.chunker.Fixtures.KB;
import static io.selfrag.chunker.Fixtures.KNOWLEDGE_BASE;
import static io.selfrag.chunker.Fixtures.TENANT;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.AvroDeserializer;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.DocumentState;
import io.selfrag.schemas.avro.DocumentVersion;
import io.selfrag.schemas.avro.KnowledgeBaseState;
import io.selfrag.service.health.StageHealth;
import io.selfrag.service.kafka.Backoff;
import io.selfrag.service.trace.Spans;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** The application {@code order} on the test driver, with a catalog that can be away. */
final class OrderRig implements AutoCloseable {
  static final TopicNames TOPICS = new TopicNames("t.");
  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  final AvroCodec codec = new AvroCodec();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Map<UUID, KnowledgeBaseState> catalog = new HashMap<>(Map.of(KB, KNOWLEDGE_BASE));
  final Deque<SelfRagException> outages = new ArrayDeque<>();
  final Deque<SelfRagException> refusals = new ArrayDeque<>();
  final List<ExternalChange> audited = new ArrayList<>();
  int lookups;
  final TopologyTestDriver driver;
  private final Map<String, TestInputTopic<byte[], byte[]>> inputs = new HashMap<>();
  private final Map<String, TestOutputTopic<byte[], byte[]>> outputs = new HashMap<>();

  OrderRig() {
    var health = new StageHealth("order", InstantSource.fixed(NOW));
    var retry = new TransientRetry(Backoff.DEFAULT, Duration.ofSeconds(90), InstantSource.fixed(NOW), _ -> {},
        new Random(1), health);
    var ports = new OrderPorts(this::find, (_, _, _, _, _) -> {
      if (!refusals.isEmpty()) {
        throw refusals.pop();
      }
    }, audited::add, retry, health, meters, Spans.OFF);
    var properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "order");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:9092");
    driver = new TopologyTestDriver(OrderTopology.of(TOPICS, codec, ports), properties, NOW);
  }

  private Optional<KnowledgeBaseState> find(UUID tenantId, UUID knowledgeBaseId) {
    lookups++;
    if (!outages.isEmpty()) {
      throw outages.pop();
    }
    return Optional.ofNullable(catalog.get(knowledgeBaseId)).filter(it -> it.getTenantId().equals(tenantId));
  }

  void send(Lane lane, DocumentCommand command) {
    sendRaw(TOPICS.of(PipelineTopic.DOCUMENTS, lane), command.getDocumentId().toString().getBytes(),
        codec.encode(command));
  }

  void send(DocumentEvent event) {
    sendRaw(TOPICS.of(PipelineTopic.DOCUMENT_EVENTS), event.getDocumentId().toString().getBytes(), codec.encode(event));
  }

  void sendRaw(String topic, byte[] key, byte[] value) {
    sendRaw(topic, key, value, new RecordHeaders());
  }

  void sendRaw(String topic, byte[] key, byte[] value, Headers headers) {
    inputs.computeIfAbsent(topic,
        it -> driver.createInputTopic(it, new ByteArraySerializer(), new ByteArraySerializer(), NOW,
            Duration.ofMillis(1)))
        .pipeInput(new TestRecord<>(key, value, headers, NOW));
  }

  List<TestRecord<byte[], byte[]>> raw(String topic) {
    return outputs
        .computeIfAbsent(topic,
            it -> driver.createOutputTopic(it, new ByteArrayDeserializer(), new ByteArrayDeserializer()))
        .readRecordsToList();
  }

  List<SpecificRecord> read(String topic) {
    var deserializer = new AvroDeserializer(codec);
    return raw(topic).stream().map(it -> ((Decoded.Value) deserializer.deserialize(topic, it.value())).message())
        .toList();
  }

  List<DocumentVersion> versions(Lane lane) {
    return read(TOPICS.of(PipelineTopic.VERSIONS, lane)).stream().map(DocumentVersion.class::cast).toList();
  }

  List<DocumentEvent> events() {
    return read(TOPICS.of(PipelineTopic.DOCUMENT_EVENTS)).stream().map(DocumentEvent.class::cast).toList();
  }

  List<SpecificRecord> notices(Lane lane) {
    return read(TOPICS.of(PipelineTopic.EMBEDDED_CHUNKS, lane));
  }

  List<TestRecord<byte[], byte[]>> deadLetters(PipelineTopic topic) {
    return raw(TOPICS.deadLettersOf(TOPICS.of(topic)));
  }

  DocumentState state(UUID document) {
    KeyValueStore<byte[], DocumentState> store = driver.getKeyValueStore(OrderTopology.DOCUMENTS_STORE);
    return store.get(new io.selfrag.chunker.order.DocumentKey(TENANT, KB, document).toBytes());
  }

  static String header(TestRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value());
  }

  @Override
  public void close() {
    driver.close();
  }
}
