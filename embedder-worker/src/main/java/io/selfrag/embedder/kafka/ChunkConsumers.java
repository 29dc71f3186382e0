package io.selfrag.embedder.kafka;

import io.selfrag.embedder.embed.EmbedChunks;
import io.selfrag.schemas.AvroDeserializer;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.service.health.StageHealth;
import io.selfrag.service.kafka.Backoff;
import io.selfrag.service.kafka.BatchConsumer;
import io.selfrag.service.kafka.DeadLetterPublisher;
import io.selfrag.service.kafka.FailureEvents;
import io.selfrag.service.kafka.KafkaClients;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.context.SmartLifecycle;

/** The consumers of both lanes of chunks; each lane is a group of its own, so that a backlog in one holds up nothing in the other. */
public final class ChunkConsumers implements SmartLifecycle {
  private static final int BULK_FETCH_MIN_BYTES = 64 * 1024;

  private final KafkaClients clients;
  private final Batching batching;
  private final List<BatchConsumer<Decoded>> consumers = new ArrayList<>();

  /**
   * How batches are made.
   *
   * @param consumers of each lane
   * @param records most of a batch
   * @param linger longest wait for a bulk batch to fill
   */
  public record Batching(int consumers, int records, Duration linger) {}

  /**
   * @param producer not closed by this
   */
  public ChunkConsumers(KafkaClients clients, EmbedChunks embedChunks, Producer<String, SpecificRecord> producer,
      DeadLetterPublisher deadLetters, Batching batching, StageHealth health, InstantSource clock,
      RandomGenerator random) {
    this.clients = clients;
    var failures = new FailureEvents(producer, clients.topics(), clock);
    this.batching = batching;
    for (Lane lane : Lane.values()) {
      for (int number = 0; number < batching.consumers(); number++) {
        var name = "embedder-" + lane.wireName() + "-" + number;
        var handler = new EmbedChunkBatch(lane, embedChunks, producer, deadLetters, clients.topics(), failures);
        consumers.add(new BatchConsumer<>(name, List.of(clients.topics().of(PipelineTopic.CHUNKS, lane)),
            () -> consumer(lane, name), handler, health, Backoff.DEFAULT, random));
      }
    }
  }

  /** The consumer group of a lane. */
  public static String group(KafkaClients clients, Lane lane) {
    return clients.topics().prefix() + "embedder" + (lane == Lane.BULK ? "-bulk" : "");
  }

  @Override
  public void start() {
    consumers.forEach(BatchConsumer::start);
  }

  /** Stops all at once, since each waits for its batch. */
  @Override
  public void stop() {
    var stopping = consumers.stream().map(it -> Thread.ofVirtual().start(it::stop)).toList();
    for (Thread thread : stopping) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public boolean isRunning() {
    return consumers.stream().anyMatch(BatchConsumer::isRunning);
  }

  private Consumer<byte[], Decoded> consumer(Lane lane, String clientId) {
    var config = clients.consumerConfig(group(clients, lane), clientId);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, batching.records());
    if (lane == Lane.BULK && batching.linger().isPositive()) {
      // The broker waits for the batch to fill: nothing is polled twice for that.
      config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, BULK_FETCH_MIN_BYTES);
      config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) batching.linger().toMillis());
    }
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new AvroDeserializer(clients.codec()));
  }
}
