package io.selfrag.standalone.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.TopicNames;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.kafka.KafkaClients;
import io.selfrag.service.kafka.TopicSetup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the pipeline needs of a broker, whoever runs it. */
abstract class BrokerContract {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int PARTITIONS = 2;

  private KafkaClients clients;
  private String topic;

  abstract String bootstrapServers();

  @BeforeEach
  void createTopics() {
    var prefix = "contract-" + UUID.randomUUID() + ".";
    clients = new KafkaClients(new KafkaSettings(bootstrapServers(), prefix, PARTITIONS, (short) 1, Map.of()),
        new AvroCodec());
    new TopicSetup(clients).ensure();
    topic = clients.topics().of(PipelineTopic.DOCUMENTS);
  }

  @Test
  void everyTopicIsThereWithItsSettings() throws ExecutionException, InterruptedException {
    try (var admin = clients.admin("contract")) {
      var names = admin.listTopics().names().get();
      for (TopicNames.Definition it : clients.topics().definitions(PARTITIONS, (short) 1)) {
        assertThat(names).contains(it.name());
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, it.name());
        var settings = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        it.settings().forEach((key, value) -> assertThat(settings.get(key).value()).as(it.name() + " " + key)
            .isEqualTo(value));
      }
    }
  }

  @Test
  void theBrokerDatesRecordsItself() throws ExecutionException, InterruptedException {
    long longAgo = 1_000;
    try (var producer = clients.rawProducer("contract")) {
      var sent = producer.send(new ProducerRecord<>(topic, 0, longAgo, key("a"), key("v"))).get();
      assertThat(sent.timestamp()).isGreaterThan(longAgo);
    }
    var record = read(topic, 1).getFirst();
    assertThat(record.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
  }

  @Test
  void recordsOfNineMebibytesPass() throws ExecutionException, InterruptedException {
    var large = new byte[TopicNames.MAX_MESSAGE_BYTES - 64 * 1024];
    new java.util.Random(1).nextBytes(large);
    try (var producer = clients.rawProducer("contract")) {
      producer.send(new ProducerRecord<>(clients.topics().of(PipelineTopic.DOCUMENTS, Lane.BULK), 0, key("a"), large))
          .get();
    }
    assertThat(read(clients.topics().of(PipelineTopic.DOCUMENTS, Lane.BULK), 1).getFirst().value()).isEqualTo(large);
  }

  @Test
  void whatATransactionGaveUpIsNeverRead() throws ExecutionException, InterruptedException {
    try (var producer = transactional("tx-" + UUID.randomUUID());
        var group = new KafkaConsumer<byte[], byte[]>(Map.of("bootstrap.servers", clients.settings().bootstrapServers(),
            "group.id", "contract-group"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, 0, key("a"), key("given up")));
      producer.flush();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, 0, key("a"), key("kept")));
      producer.sendOffsetsToTransaction(Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1)),
          group.groupMetadata());
      producer.commitTransaction();
    }
    assertThat(read(topic, 1)).extracting(it -> new String(it.value(), StandardCharsets.UTF_8))
        .containsExactly("kept");
    try (var admin = clients.admin("contract")) {
      assertThat(admin.listConsumerGroupOffsets("contract-group").partitionsToOffsetAndMetadata().get()
          .get(new TopicPartition(topic, 0)).offset()).isEqualTo(1);
    }
  }

  @Test
  void aSecondProducerOfTheSameNameFencesTheFirst() {
    var name = "tx-" + UUID.randomUUID();
    try (var first = transactional(name); var second = transactional(name)) {
      first.initTransactions();
      first.beginTransaction();
      second.initTransactions();

      assertThatThrownBy(() -> {
        first.send(new ProducerRecord<>(topic, 0, key("a"), key("zombie"))).get();
        first.commitTransaction();
      }).satisfiesAnyOf(it -> assertThat(it).isInstanceOf(ProducerFencedException.class),
          it -> assertThat(it).hasRootCauseInstanceOf(org.apache.kafka.common.errors.ApiException.class));
    }
  }

  private KafkaProducer<byte[], byte[]> transactional(String name) {
    var settings = clients.producerConfig("contract");
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, name);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private List<org.apache.kafka.clients.consumer.ConsumerRecord<byte[], byte[]>> read(String from, int count) {
    var settings = clients.consumerConfig("contract-" + UUID.randomUUID(), "contract");
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    var records = new ArrayList<org.apache.kafka.clients.consumer.ConsumerRecord<byte[], byte[]>>();
    try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var partition = new TopicPartition(from, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = System.nanoTime() + LIMIT.toNanos();
      while (records.size() < count && System.nanoTime() < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
