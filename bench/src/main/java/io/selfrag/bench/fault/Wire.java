package io.selfrag.bench.fault;

import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.DocumentCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes to the pipeline's topics as a stranger or a replay would. For one thread. */
final class Wire implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);

  private final TopicNames topics = new TopicNames("selfrag.");
  private final AvroCodec codec = new AvroCodec();
  private final String bootstrapServers;
  private final KafkaProducer<byte[], byte[]> producer;

  Wire(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    var settings = new Properties();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TopicNames.MAX_MESSAGE_BYTES);
    this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  TopicNames topics() {
    return topics;
  }

  byte[] encode(DocumentCommand command) {
    return codec.encode(command);
  }

  /** Sends a command as an external producer does. */
  void send(DocumentCommand command) {
    send(topics.of(PipelineTopic.DOCUMENTS), command.getDocumentId().toString(), encode(command));
  }

  /** Sends any bytes. */
  void send(String topic, @Nullable String key, byte[] value) {
    await(List.of(producer.send(new ProducerRecord<>(topic, key == null
        ? null
        : key.getBytes(
            java.nio.charset.StandardCharsets.UTF_8),
        value))));
  }

  /** Every topic of the pipeline, both lanes, dead letters left out. */
  List<String> allTopics() {
    var names = new ArrayList<String>();
    for (PipelineTopic topic : PipelineTopic.values()) {
      names.add(topics.of(topic));
      if (topic.hasBulkLane()) {
        names.add(topics.of(topic, Lane.BULK));
      }
    }
    return names;
  }

  /** Committed records of a topic, from its beginning to its present end. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic, Predicate<ConsumerRecord<byte[], byte[]>> which) {
    var settings = new HashMap<String, Object>();
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var partitions = consumer.partitionsFor(topic).stream().map(it -> new TopicPartition(topic, it.partition()))
          .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(it -> consumer.position(it) < ends.getOrDefault(it, 0L))) {
        consumer.poll(POLL).forEach(record -> {
          if (record.offset() < ends.getOrDefault(new TopicPartition(topic, record.partition()), 0L)
              && which.test(record)) {
            found.add(record);
          }
        });
      }
    }
    return found;
  }

  /** Sends records once more, to where they were, with their headers. */
  void sendAgain(Collection<ConsumerRecord<byte[], byte[]>> records) {
    var sent = new ArrayList<Future<RecordMetadata>>();
    for (var it : records) {
      sent.add(producer.send(new ProducerRecord<>(it.topic(), it.partition(), it.key(), it.value(), it.headers())));
    }
    await(sent);
  }

  /** How many partitions each consumer of a group has. */
  Map<String, Integer> partitionsByMember(String group) {
    try (var admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
      return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
          .flatMap(it -> it.members().stream())
          .collect(Collectors.toMap(MemberDescription::consumerId, it -> it.assignment().topicPartitions().size()));
    } catch (ExecutionException e) {
      throw new IllegalStateException("the group is not described", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Map.of();
    }
  }

  private void await(List<Future<RecordMetadata>> sent) {
    producer.flush();
    for (Future<RecordMetadata> each : sent) {
      try {
        each.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("the broker did not take a record", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
