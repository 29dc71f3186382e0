package io.selfrag.chunker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.servers.SharedServers;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.kafka.KafkaClients;
import io.selfrag.service.kafka.TopicSetup;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** F1: a process that is killed in a transaction holds readers up no longer than its session. */
class OrphanedTransactionsIT {
  private static final String PREFIX = "orphans.";
  private static final String SPLIT = PREFIX + "split";
  private static final String BULK = PREFIX + "split-bulk";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final KafkaClients clients = new KafkaClients(
      KafkaSettings.of(SharedServers.bootstrapServers(), PREFIX, 1), new AvroCodec());

  @Test
  void onlyTheTransactionOfAProcessThatIsNoMemberIsAborted()
      throws InterruptedException, ExecutionException, TimeoutException {
    new TopicSetup(clients).ensure();
    var topic = clients.topics().of(PipelineTopic.CHUNKS);
    var dead = UUID.randomUUID();
    var living = UUID.randomUUID();
    var orphans = new OrphanedTransactions(clients, List.of(SPLIT, BULK));
    try (var deadProducer = transaction(SPLIT, dead, topic);
        var livingProducer = transaction(BULK, living, topic);
        var member = member(BULK, living, topic);
        Admin admin = clients.admin("test")) {
      await().atMost(PATIENCE).until(() -> !member.assignment().isEmpty() || pollOnce(member));

      orphans.look();
      assertThat(open(admin)).as("seen once, it may be between two generations").hasSize(2);
      orphans.look();

      await().atMost(PATIENCE).untilAsserted(() -> assertThat(open(admin)).singleElement().asString().contains(
          living.toString()));
      livingProducer.commitTransaction();
      assertThat(deadProducer).isNotNull();
    } finally {
      orphans.stop();
    }
  }

  private KafkaProducer<byte[], byte[]> transaction(String application, UUID process, String topic)
      throws ExecutionException, InterruptedException {
    var config = clients.producerConfig(process.toString());
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, application + "-" + process + "-1");
    var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(topic, new byte[]{1}, new byte[]{2})).get();
    return producer;
  }

  private KafkaConsumer<byte[], byte[]> member(String application, UUID process, String topic) {
    var consumer = new KafkaConsumer<>(
        clients.consumerConfig(application, application + "-" + process + "-StreamThread-1-consumer"),
        new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(topic));
    return consumer;
  }

  private static boolean pollOnce(KafkaConsumer<byte[], byte[]> member) {
    member.poll(Duration.ofMillis(200));
    return !member.assignment().isEmpty();
  }

  private static List<String> open(Admin admin) throws ExecutionException, InterruptedException {
    var options = new ListTransactionsOptions().filterStates(List.of(TransactionState.ONGOING))
        .filterOnTransactionalIdPattern("^orphans\\..*");
    return admin.listTransactions(options).all().get().stream().map(it -> it.transactionalId()).toList();
  }
}
