package io.selfrag.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.CatalogMigration;
import io.selfrag.catalog.outbox.Outbox;
import io.selfrag.catalog.outbox.OutboxRecord;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.servers.LocalBroker;
import io.selfrag.servers.SharedServers;
import io.selfrag.service.config.DatabaseSettings;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.health.HealthStatus;
import io.selfrag.service.health.StageHealth;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** S3: what a transaction appended reaches the broker, in order, at least once. */
class OutboxRelayIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String topic = "outbox-" + UUID.randomUUID();
  private final CatalogDatabase database = database();
  private final Outbox outbox = new Outbox(database);
  private final StageHealth health = new StageHealth("relay", InstantSource.system());
  private final List<OutboxRelay> relays = new ArrayList<>();
  private final List<Producer<byte[], byte[]>> producers = new ArrayList<>();

  @AfterEach
  void stop() {
    relays.forEach(OutboxRelay::stop);
    producers.forEach(it -> it.close(Duration.ofSeconds(1)));
    database.close();
  }

  @Test
  void recordsArriveInTheOrderOfTheirTransactionsAndLeaveTheOutbox() {
    var clients = clients(SharedServers.bootstrapServers(), 3);
    append("a", 0, 700);
    relay(clients);
    append("a", 700, 1000);

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(waiting()).isZero());

    var records = Records.of(clients, topic);
    assertThat(records).hasSize(1000).allSatisfy(it -> assertThat(Records.header(it, "kind")).isEqualTo("test"));
    assertThat(records.stream().map(it -> Records.text(it.value())))
        .containsExactlyElementsOf(IntStream.range(0, 1000).mapToObj(it -> "a" + it).toList());
    assertThat(health.current().status()).isEqualTo(HealthStatus.OK);
  }

  @Test
  void aRecordWithoutAKeyGoesToEveryPartition() {
    var clients = clients(SharedServers.bootstrapServers(), 3);
    outbox.append(List.of(new OutboxRecord(topic, null, bytes("to all"), Map.of()))).block();

    relay(clients);

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(waiting()).isZero());
    assertThat(Records.of(clients, topic)).extracting(it -> it.partition() + Records.text(it.value()))
        .containsExactlyInAnyOrder("0to all", "1to all", "2to all");
  }

  @Test
  void whatRollsBackIsNeverSent() {
    var clients = clients(SharedServers.bootstrapServers(), 1);
    relay(clients);
    database.inTransaction(outbox.append(List.of(record("rolled back")))
        .then(Mono.<Void>error(new IllegalStateException("roll back")))).onErrorComplete().block();

    append("a", 0, 3);

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(Records.of(clients, topic)).hasSize(3));
    assertThat(Records.of(clients, topic)).noneSatisfy(
        it -> assertThat(Records.text(it.value())).isEqualTo("rolled back"));
  }

  @Test
  void oneRelayIsAtWorkAndAnotherTakesOverWhereItLeftOff() {
    var clients = clients(SharedServers.bootstrapServers(), 1);
    var first = relay(clients);
    append("a", 0, 50);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(waiting()).isZero());
    relay(clients);
    append("a", 50, 100);

    first.stop();
    append("a", 100, 150);

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(waiting()).isZero());
    assertThat(Records.of(clients, topic).stream().map(it -> Records.text(it.value())).distinct())
        .containsExactlyElementsOf(IntStream.range(0, 150).mapToObj(it -> "a" + it).toList());
  }

  @Test
  void whileTheBrokerIsAwayRecordsWaitAndAfterwardsAllArriveAndTheirLastCopiesInOrder(@TempDir Path folder) {
    var broker = new LocalBroker(folder.resolve("broker"), 0);
    broker.start();
    try {
      var clients = clients(broker.bootstrapServers(), 1);
      relay(clients);
      append("a", 0, 10);
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(waiting()).isZero());
      broker.stop();
      append("a", 10, 20);
      await().atMost(PATIENCE)
          .untilAsserted(() -> assertThat(health.current().status()).isEqualTo(HealthStatus.DEGRADED));
      assertThat(waiting()).isEqualTo(10);

      broker.start();

      await().atMost(PATIENCE).untilAsserted(() -> assertThat(waiting()).isZero());
      // A record that the producer gave up may come behind its successors once, but then all of them come again.
      var last = Records.of(clients, topic).reversed().stream().map(it -> Records.text(it.value())).distinct()
          .toList().reversed();
      assertThat(last).containsExactlyElementsOf(IntStream.range(0, 20).mapToObj(it -> "a" + it).toList());
      await().untilAsserted(() -> assertThat(health.current().status()).isEqualTo(HealthStatus.OK));
    } finally {
      stop();
      broker.stop();
    }
  }

  private static CatalogDatabase database() {
    var settings = DatabaseSettings.of(SharedServers.freshDatabase().url());
    CatalogMigration.migrate(settings.address());
    return settings.open("outbox-relay-it");
  }

  private KafkaClients clients(String bootstrapServers, int partitions) {
    var clients = new KafkaClients(KafkaSettings.of(bootstrapServers, "outbox.", partitions), new AvroCodec());
    try (var admin = clients.admin("outbox-test")) {
      admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().toCompletionStage()
          .toCompletableFuture().join();
    }
    return clients;
  }

  private OutboxRelay relay(KafkaClients clients) {
    var config = clients.producerConfig("outbox-relay-" + relays.size());
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 1_000);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 1_000);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2_000);
    var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    producers.add(producer);
    var relay = new OutboxRelay(database, producer, health, new Random(1));
    relays.add(relay);
    relay.start();
    return relay;
  }

  private void append(String prefix, int from, int to) {
    database.inTransaction(outbox.append(IntStream.range(from, to).mapToObj(it -> record(prefix + it)).toList()))
        .block();
  }

  private OutboxRecord record(String value) {
    return new OutboxRecord(topic, "key", bytes(value), Map.of("kind", "test"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private long waiting() {
    return database.client().sql("select count(*) from outbox").map(row -> row.get(0, Long.class)).one().block();
  }
}
