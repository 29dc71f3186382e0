package io.selfrag.chunker.kafka;

import io.selfrag.schemas.TopicNames;
import io.selfrag.service.kafka.KafkaClients;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Settings of one Streams application.
 *
 * @param applicationId also the consumer group and the prefix of internal topics
 * @param commitInterval longest time that outputs wait for their transaction
 */
public record StreamsSettings(String applicationId, int threads, int standbyReplicas, Path stateDir,
    Duration commitInterval) {
  private static final int TRANSACTION_TIMEOUT_MS = 180_000;
  private static final int MAX_POLL_INTERVAL_MS = 300_000;
  private static final int SESSION_TIMEOUT_MS = 15_000;
  private static final int BATCH_BYTES = 256 * 1024;
  private static final int FEW_LARGE_RECORDS = 16;
  private static final int POLL_RECORDS = 50;
  /**
   * The producer measures before it compresses, the broker after: what could be read must be writable again, as a dead
   * letter at least.
   */
  private static final int MAX_UNCOMPRESSED_BYTES = 48 * 1024 * 1024;

  /** As Kafka reads them (S7, S8, S10). */
  Properties toProperties(KafkaClients clients) {
    var properties = new Properties();
    properties.putAll(clients.commonConfig(applicationId));
    // Streams' own client id names the process, by which OrphanedTransactions tells the living from the dead.
    properties.remove(StreamsConfig.CLIENT_ID_CONFIG);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
    properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, standbyReplicas);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toAbsolutePath().toString());
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitInterval.toMillis());
    properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) clients.settings().replication());
    properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, FEW_LARGE_RECORDS);
    properties.put(StreamsConfig.topicPrefix(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG), "LogAppendTime");
    properties.put(StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG), TopicNames.MAX_MESSAGE_BYTES);
    consumer(properties);
    producer(properties);
    return properties;
  }

  private static void consumer(Properties properties) {
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), KafkaClients.FETCH_MAX_BYTES);
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG),
        TopicNames.MAX_MESSAGE_BYTES);
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), POLL_RECORDS);
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG), MAX_POLL_INTERVAL_MS);
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_TIMEOUT_MS);
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), SESSION_TIMEOUT_MS / 5);
  }

  private static void producer(Properties properties) {
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), TRANSACTION_TIMEOUT_MS);
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), MAX_UNCOMPRESSED_BYTES);
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), 2 * MAX_UNCOMPRESSED_BYTES);
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
    // With more in flight, the first batch of a short transaction is overtaken by the second while the one before is still
    // being marked, and the broker logs an error for each.
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION), 1);
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "zstd");
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
  }
}
