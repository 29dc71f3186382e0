package io.selfrag.service.kafka;

import io.selfrag.schemas.AvroCodec;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.health.StageHealth;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A topic of texts on a real broker, with producers and consumers of ours. */
final class BrokerRig implements AutoCloseable {
  static final Backoff QUICK = new Backoff(Duration.ofMillis(20), Duration.ofMillis(200));

  final KafkaClients clients;
  final Admin admin;
  final String topic;
  final String group;
  final StageHealth health = new StageHealth("test", InstantSource.system());
  private final KafkaProducer<String, String> producer;
  private final List<BatchConsumers> started = new ArrayList<>();

  BrokerRig(String bootstrapServers, int partitions) {
    var prefix = "rig-" + UUID.randomUUID() + ".";
    clients = new KafkaClients(KafkaSettings.of(bootstrapServers, prefix, partitions), new AvroCodec());
    admin = clients.admin(prefix + "admin");
    topic = prefix + "texts";
    group = prefix + "readers";
    producer = new KafkaProducer<>(clients.producerConfig(prefix + "producer"), new StringSerializer(),
        new StringSerializer());
    get(admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all()
        .toCompletionStage().toCompletableFuture());
  }

  /** Starts a consumer. */
  BatchConsumers consumer(String name, BatchHandler<String> handler) {
    return consumer(name, handler, Map.of());
  }

  BatchConsumers consumer(String name, BatchHandler<String> handler, Map<String, Object> overrides) {
    var settings = new HashMap<String, Object>(overrides);
    settings.putIfAbsent(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 200); // rebalances begin with a heartbeat
    var consumers = new BatchConsumers(clients, QUICK, new Random(1));
    consumers.add(new BatchConsumers.Source<>(group + name, group, List.of(topic), settings, new StringDeserializer()),
        handler, health);
    consumers.start();
    started.add(consumers);
    return consumers;
  }

  /** Sends texts to the partition and waits until the broker has them. */
  void send(int partition, String... texts) {
    var acks = new ArrayList<Future<RecordMetadata>>();
    for (String text : texts) {
      acks.add(producer.send(new ProducerRecord<>(topic, partition, null, text)));
    }
    acks.forEach(BrokerRig::get);
  }

  /** A transaction of texts, ended by a marker in the partition. */
  void sendInTransaction(int partition, boolean commit, String... texts) {
    var config = clients.producerConfig(topic + "-transactions");
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topic + "-" + partition);
    try (var transactions = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      transactions.initTransactions();
      transactions.beginTransaction();
      for (String text : texts) {
        var _ = transactions.send(new ProducerRecord<>(topic, partition, null, text));
      }
      transactions.flush();
      if (commit) {
        transactions.commitTransaction();
      } else {
        transactions.abortTransaction();
      }
    }
  }

  static String[] texts(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(it -> "%s%04d".formatted(prefix, it)).toArray(String[]::new);
  }

  /** The committed offset of a partition; -1 if there is none. */
  long committed(int partition) {
    var offset = get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().toCompletionStage()
        .toCompletableFuture()).get(new TopicPartition(topic, partition));
    return offset == null ? -1 : offset.offset();
  }

  /** End minus committed offset, markers counted, as an alert would see it. */
  Map<Integer, Long> lag() {
    var lag = new TreeMap<Integer, Long>();
    for (int partition = 0; partition < clients.settings().partitions(); partition++) {
      var ends = get(admin.listOffsets(Map.of(new TopicPartition(topic, partition), OffsetSpec.latest())).all()
          .toCompletionStage().toCompletableFuture());
      lag.put(partition, ends.values().iterator().next().offset() - committed(partition));
    }
    return lag;
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    started.forEach(BatchConsumers::stop);
    producer.close(Duration.ofSeconds(1));
    admin.close(Duration.ofSeconds(1));
  }
}
