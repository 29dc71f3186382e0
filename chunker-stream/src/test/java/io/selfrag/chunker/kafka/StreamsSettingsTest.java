package io.selfrag.chunker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.chunker.Fixtures;
import io.selfrag.schemas.Lane;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.kafka.KafkaClients;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

/** The rules that are kept by settings: read back as the clients inside Streams read them. */
class StreamsSettingsTest {
  private static final Duration LONGEST_PARSE = Duration.ofSeconds(60);

  private final StreamsConfig config = new StreamsConfig(new StreamsSettings("t.split", 2, 0, Path.of("state"),
      Duration.ofMillis(100)).toProperties(new KafkaClients(KafkaSettings.of("localhost:1", "t.", 1), Fixtures.CODEC)));
  private final ConsumerConfig consumer = new ConsumerConfig(
      withSerdes(config.getMainConsumerConfigs("t.split", "c", 0)));
  private final ProducerConfig producer = new ProducerConfig(withSerdes(config.getProducerConfigs("c")));

  private static java.util.Map<String, Object> withSerdes(java.util.Map<String, Object> clients) {
    var all = new java.util.HashMap<>(clients);
    for (String kind : new String[]{"key", "value"}) {
      all.put(kind + ".serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
      all.put(kind + ".deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
    }
    return all;
  }

  @Test
  void S7whatIsReadAndWhatIsWrittenAreOneTransaction() {
    assertThat(config.getString(StreamsConfig.PROCESSING_GUARANTEE_CONFIG)).isEqualTo("exactly_once_v2");
    assertThat(consumer.getString(ConsumerConfig.ISOLATION_LEVEL_CONFIG)).isEqualTo("read_committed");
    assertThat(producer.getBoolean(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG)).isTrue();
  }

  @Test
  void S7aParseEndsBeforeItsTransactionAndThatBeforeTheMemberIsExpelled() {
    int transaction = producer.getInt(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG);

    assertThat(LONGEST_PARSE.toMillis()).isLessThan(transaction);
    assertThat(transaction).isLessThan(consumer.getInt(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG));
  }

  @Test
  void S8anInteractiveRecordIsTakenBeforeABulkOneOfTheLastMinute() {
    long now = Instant.parse("2026-01-02T03:04:05Z").toEpochMilli();
    var interactive = new LaneTimestamps(Lane.INTERACTIVE);
    var bulk = new LaneTimestamps(Lane.BULK);

    assertThat(interactive.extract(at(now), 0)).isLessThan(bulk.extract(at(now - 59_999), 0));
    assertThat(interactive.extract(at(now), 0)).isGreaterThan(bulk.extract(at(now - 60_001), 0));
    assertThat(LaneTimestamps.appendedAt(interactive.extract(at(now), 0), Lane.INTERACTIVE).toEpochMilli())
        .isEqualTo(now);
    assertThat(interactive.extract(at(1), 0)).isNotNegative();
  }

  @Test
  void S8internalTopicsTooAreStampedByTheBroker() {
    assertThat(config.originals()).containsEntry("topic.message.timestamp.type", "LogAppendTime");
  }

  @Test
  void S10fewLargeRecordsAreHeldInMemory() {
    assertThat(config.getInt(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG)).isEqualTo(16);
    assertThat(consumer.getInt(ConsumerConfig.FETCH_MAX_BYTES_CONFIG)).isEqualTo(16 << 20);
    assertThat(consumer.getInt(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG)).isEqualTo(9 << 20);
    assertThat(config.originals()).containsEntry("topic.max.message.bytes", 9 << 20);
    assertThat(producer.getInt(ProducerConfig.MAX_REQUEST_SIZE_CONFIG)).isGreaterThan(9 << 20);
  }

  private static ConsumerRecord<Object, Object> at(long timestamp) {
    return new ConsumerRecord<>("t.documents", 0, 0, timestamp,
        org.apache.kafka.common.record.TimestampType.LOG_APPEND_TIME,
        0, 0, null, null, new org.apache.kafka.common.header.internals.RecordHeaders(), java.util.Optional.empty());
  }
}
