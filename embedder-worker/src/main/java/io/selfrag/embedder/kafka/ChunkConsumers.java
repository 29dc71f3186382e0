package io.selfrag.embedder.kafka;

import io.selfrag.embedder.embed.EmbedChunks;
import io.selfrag.schemas.AvroDeserializer;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.service.health.StageHealth;
import io.selfrag.service.kafka.BatchConsumers;
import io.selfrag.service.kafka.DeadLetterPublisher;
import io.selfrag.service.kafka.FailureEvents;
import io.selfrag.service.kafka.KafkaClients;
import io.selfrag.service.trace.Spans;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Producer;

/** The consumers of both lanes of chunks; each lane is a group of its own, so that a backlog in one holds up nothing in the other. */
public final class ChunkConsumers {
  private static final int BULK_FETCH_MIN_BYTES = 64 * 1024;

  private final KafkaClients clients;
  private final EmbedChunks embedChunks;
  private final Producer<String, SpecificRecord> producer;
  private final DeadLetterPublisher deadLetters;
  private final FailureEvents failures;
  private final Spans spans;

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
      DeadLetterPublisher deadLetters, InstantSource clock, Spans spans) {
    this.clients = clients;
    this.embedChunks = embedChunks;
    this.producer = producer;
    this.deadLetters = deadLetters;
    this.spans = spans;
    this.failures = new FailureEvents(producer, clients.topics(), clock);
  }

  /** The consumer group of a lane. */
  public static String group(KafkaClients clients, Lane lane) {
    return clients.topics().prefix() + "embedder" + (lane == Lane.BULK ? "-bulk" : "");
  }

  /** Adds the consumers of both lanes. */
  public void addTo(BatchConsumers consumers, Batching batching, StageHealth health) {
    for (Lane lane : Lane.values()) {
      for (int number = 0; number < batching.consumers(); number++) {
        consumers.add(
            new BatchConsumers.Source<>("embedder-" + lane.wireName() + "-" + number, group(clients, lane),
                List.of(clients.topics().of(PipelineTopic.CHUNKS, lane)), settings(lane, batching),
                new AvroDeserializer(clients.codec())),
            new EmbedChunkBatch(lane, embedChunks, producer, deadLetters, clients.topics(), failures, spans), health);
      }
    }
  }

  private static Map<String, Object> settings(Lane lane, Batching batching) {
    var settings = new HashMap<String, Object>();
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, batching.records());
    if (lane == Lane.BULK && batching.linger().isPositive()) {
      // The broker waits for the batch to fill: nothing is polled twice for that.
      settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, BULK_FETCH_MIN_BYTES);
      settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) batching.linger().toMillis());
    }
    return settings;
  }
}
