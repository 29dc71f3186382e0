package io.selfrag.service.kafka;

import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.AvroDeserializer;
import io.selfrag.schemas.AvroSerializer;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.TopicNames;
import io.selfrag.service.config.KafkaSettings;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;

/** Makes clients of the broker with the settings that all services share. Callers close what they get. */
public final class KafkaClients {
  /** Most bytes of one fetch (S10): inline documents are large. */
  public static final int FETCH_MAX_BYTES = 16 * 1024 * 1024;
  /** Within this time a send is acknowledged or has failed. */
  public static final int DELIVERY_TIMEOUT_MS = 30_000;

  private final KafkaSettings settings;
  private final AvroCodec codec;

  public KafkaClients(KafkaSettings settings, AvroCodec codec) {
    this.settings = settings;
    this.codec = codec;
  }

  public KafkaSettings settings() {
    return settings;
  }

  /** Encodes and decodes what travels. */
  public AvroCodec codec() {
    return codec;
  }

  public TopicNames topics() {
    return settings.topics();
  }

  /** Sends records of the catalogue; idempotent, acknowledged by all in-sync replicas. Safe for concurrent callers. */
  public Producer<String, SpecificRecord> producer(String clientId) {
    return new KafkaProducer<>(producerConfig(clientId), new StringSerializer(), new AvroSerializer(codec));
  }

  /** Sends bytes as they are: dead letters and the outbox. */
  public Producer<byte[], byte[]> rawProducer(String clientId) {
    return new KafkaProducer<>(producerConfig(clientId), new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Settings of a producer, without serializers. */
  public Map<String, Object> producerConfig(String clientId) {
    var config = commonConfig(clientId);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
    config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TopicNames.MAX_MESSAGE_BYTES);
    return config;
  }

  /** A consumer for a thread of the caller's own. */
  public KafkaConsumer<byte[], Decoded> consumer(String groupId, String clientId) {
    return new KafkaConsumer<>(consumerConfig(groupId, clientId), new ByteArrayDeserializer(),
        new AvroDeserializer(codec));
  }

  /** For listener containers; {@code overrides} win over the shared settings. */
  public <V> ConsumerFactory<byte[], V> consumerFactory(String groupId, String clientId, Map<String, Object> overrides,
      Deserializer<V> values) {
    var config = consumerConfig(groupId, clientId);
    config.putAll(overrides);
    return new DefaultKafkaConsumerFactory<>(config, new ByteArrayDeserializer(), values);
  }

  /** Settings of a consumer of committed records that commits by hand, without deserializers. */
  public Map<String, Object> consumerConfig(String groupId, String clientId) {
    var config = commonConfig(clientId);
    config.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
    config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_MAX_BYTES);
    config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, TopicNames.MAX_MESSAGE_BYTES);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
    // Batches work on the thread that polls, and may wait long for their turn; a dead process is noticed by its session.
    config.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, 900_000);
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 15_000);
    config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 15_000);
    config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000);
    return config;
  }

  /** An administrator's client. */
  public Admin admin(String clientId) {
    var config = commonConfig(clientId);
    config.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    config.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    return Admin.create(config);
  }

  /** Address, security and client id: what every client needs, Streams included. */
  public Map<String, Object> commonConfig(String clientId) {
    var config = new HashMap<String, Object>(settings.client());
    config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
    config.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    return config;
  }
}
