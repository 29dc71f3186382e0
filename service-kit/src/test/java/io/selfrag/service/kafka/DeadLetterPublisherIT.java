package io.selfrag.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.RecordHeaders;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.avro.DocumentInterrupted;
import io.selfrag.servers.SharedServers;
import io.selfrag.service.config.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeadLetterPublisherIT {
  private static final UUID ID = new UUID(1, 2);
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final KafkaClients clients = new KafkaClients(
      KafkaSettings.of(SharedServers.bootstrapServers(), "dlt-" + UUID.randomUUID() + ".", 1), new AvroCodec());
  private final String topic = clients.topics().of(PipelineTopic.EMBEDDED_CHUNKS);
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private Producer<byte[], byte[]> producer;
  private DeadLetterPublisher publisher;

  @BeforeEach
  void start() {
    try (var admin = clients.admin("dlt-test")) {
      admin.createTopics(List.of(new NewTopic(clients.topics().deadLettersOf(topic), 1, (short) 1))).all()
          .toCompletionStage().toCompletableFuture().join();
    }
    producer = clients.rawProducer("dlt-test");
    publisher = new DeadLetterPublisher(producer, clients, meters);
  }

  @AfterEach
  void stop() {
    producer.close();
  }

  @Test
  void aDeadLetterSaysWhatWentWrongWhereAndKeepsTheRecordAsItWas() {
    var message = DocumentInterrupted.newBuilder().setTenantId(ID).setKnowledgeBaseId(ID).setDocumentId(ID)
        .setRevision(7).setAttempt(2).build();
    var record = record("key", new Decoded.Value(message));
    record.headers().add(RecordHeaders.TRACEPARENT, TRACE.getBytes(StandardCharsets.UTF_8));

    publisher.publish(record, "index", ErrorCode.DOCUMENT_ID_CONFLICT, "it belongs to someone else",
        new IllegalStateException("the cause"), 3);

    assertThat(Records.of(clients, clients.topics().deadLettersOf(topic))).singleElement().satisfies(letter -> {
      assertThat(Records.text(letter.key())).isEqualTo("key");
      assertThat(clients.codec().decode(letter.value())).isEqualTo(message);
      assertThat(Records.header(letter, RecordHeaders.TRACEPARENT)).isEqualTo(TRACE);
      assertThat(Records.header(letter, RecordHeaders.DLT_STAGE)).isEqualTo("index");
      assertThat(Records.header(letter, RecordHeaders.DLT_CODE)).isEqualTo("DOCUMENT_ID_CONFLICT");
      assertThat(Records.header(letter, RecordHeaders.DLT_MESSAGE)).isEqualTo("it belongs to someone else");
      assertThat(Records.header(letter, RecordHeaders.DLT_ATTEMPT)).isEqualTo("3");
      assertThat(Records.header(letter, RecordHeaders.DLT_TOPIC)).isEqualTo(topic);
      assertThat(Records.header(letter, RecordHeaders.DLT_PARTITION)).isEqualTo("5");
      assertThat(Records.header(letter, RecordHeaders.DLT_OFFSET)).isEqualTo("4711");
      assertThat(Records.header(letter, RecordHeaders.DLT_STACK))
          .startsWith("java.lang.IllegalStateException: the cause")
          .contains("at ");
    });
    assertThat(meters.get("selfrag.deadletters").tags("topic", topic, "code", "DOCUMENT_ID_CONFLICT").counter().count())
        .isEqualTo(1);
  }

  @Test
  void bytesThatNoSchemaReadsAreKeptByteForByteAndSoIsAMissingKeyAndAMissingValue() {
    byte[] garbage = {(byte) 0xC3, 1, 0, -1};
    publisher.publish(record(null, new Decoded.Undecodable(garbage, "unknown fingerprint")), "embed",
        ErrorCode.UNDECODABLE, "unknown fingerprint", null, 1);
    publisher.publish(record(null, new Decoded.Undecodable(null, "the record has no value")), "embed",
        ErrorCode.UNDECODABLE, "the record has no value", null, 1);

    var letters = Records.of(clients, clients.topics().deadLettersOf(topic));

    assertThat(letters).extracting(ConsumerRecord::key).containsExactly(null, null);
    assertThat(letters).extracting(ConsumerRecord::value).containsExactly(garbage, null);
    assertThat(letters).allSatisfy(it -> assertThat(Records.header(it, RecordHeaders.DLT_STACK)).isNull());
  }

  @Test
  void s10AStackIsCutAtFourKibAndAMessageAtAThousandCharactersWhateverTheyAreWrittenIn() {
    Throwable cause = new IllegalStateException("\u4e2d\u6587\uD83D\uDE00".repeat(3000));

    publisher.publish(record("key", new Decoded.Undecodable(new byte[]{1}, "bad")), "embed", ErrorCode.UNDECODABLE,
        "\u9519".repeat(5000), cause, 1);

    assertThat(Records.of(clients, clients.topics().deadLettersOf(topic))).singleElement().satisfies(letter -> {
      assertThat(letter.headers().lastHeader(RecordHeaders.DLT_STACK).value())
          .hasSizeBetween(RecordHeaders.MAX_STACK_BYTES - 8, RecordHeaders.MAX_STACK_BYTES);
      assertThat(Records.header(letter, RecordHeaders.DLT_MESSAGE)).isEqualTo("\u9519".repeat(1000));
    });
  }

  @Test
  void aRecordThatIsGivenUpAgainAfterAReplayCarriesTheLastReasonOnly() {
    var record = record("key", new Decoded.Undecodable(new byte[]{1}, "bad"));
    DeadLetterPublisher.addHeaders(record.headers(), "before", 0, 1, "parse", ErrorCode.CORRUPT, "old", null, 1);

    publisher.publish(record, "embed", ErrorCode.UNDECODABLE, "new", null, 1);

    assertThat(Records.of(clients, clients.topics().deadLettersOf(topic))).singleElement().satisfies(letter -> {
      assertThat(letter.headers().headers(RecordHeaders.DLT_CODE)).hasSize(1);
      assertThat(Records.header(letter, RecordHeaders.DLT_CODE)).isEqualTo("UNDECODABLE");
      assertThat(Records.header(letter, RecordHeaders.DLT_TOPIC)).isEqualTo(topic);
    });
  }

  @Test
  void whereTheBrokerDoesNotTakeItTheFailureIsTransient() {
    var config = new KafkaClients(KafkaSettings.of("127.0.0.1:1", "away.", 1), new AvroCodec()).producerConfig("away");
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 300);
    try (var away = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      var publishing = new DeadLetterPublisher(away, clients, meters);

      assertThatExceptionOfType(SelfRagException.class)
          .isThrownBy(() -> publishing.publish(record("key", new Decoded.Undecodable(new byte[]{1}, "bad")), "embed",
              ErrorCode.UNDECODABLE, "bad", null, 1))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BROKER_UNAVAILABLE))
          .satisfies(e -> assertThat(e.isTransient()).isTrue());
      assertThat(meters.find("selfrag.deadletters").counter()).as("given up").isNull();
    }
  }

  private ConsumerRecord<byte[], Decoded> record(String key, Decoded value) {
    return new ConsumerRecord<>(topic, 5, 4711, key == null ? null : key.getBytes(StandardCharsets.UTF_8), value);
  }
}
