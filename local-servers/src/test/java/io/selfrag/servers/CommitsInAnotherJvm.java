package io.selfrag.servers;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker that does nothing but commit, so that a kill at any moment meets transactions half-way. */
final class CommitsInAnotherJvm {
  static final String TOPIC = "t";
  static final int PARTITIONS = 20;
  private static final int PRODUCERS = 6;
  private static final int WARM = 10;

  private CommitsInAnotherJvm() {}

  /** Starts, commits, and goes on until it is killed. */
  public static void main(String[] arguments) throws InterruptedException, ExecutionException {
    var broker = new LocalBroker(Path.of(arguments[0]), 0);
    broker.start();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1))).all().get();
    }
    var warm = new CountDownLatch(PRODUCERS * WARM);
    for (int i = 0; i < PRODUCERS; i++) {
      var id = "producer-" + i;
      Thread.ofPlatform().start(() -> commit(broker.bootstrapServers(), id, warm));
    }
    warm.await();
    System.out.println(ServersInAnotherJvm.READY);
  }

  private static void commit(String bootstrapServers, String id, CountDownLatch warm) {
    Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers, "transactional.id", id,
        "transaction.timeout.ms", 5_000);
    try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      while (true) {
        producer.beginTransaction();
        for (int partition = 0; partition < PARTITIONS; partition++) {
          producer.send(new ProducerRecord<>(TOPIC, partition, new byte[0], new byte[0]));
        }
        producer.commitTransaction();
        warm.countDown();
      }
    }
  }
}
