package io.selfrag.indexer.kafka;

import io.selfrag.schemas.AvroDeserializer;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.TopicNames;
import io.selfrag.service.health.StageHealth;
import io.selfrag.service.kafka.Backoff;
import io.selfrag.service.kafka.BatchConsumers;
import io.selfrag.service.kafka.BatchHandler;
import io.selfrag.service.kafka.KafkaClients;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.springframework.context.SmartLifecycle;

/** The sink's consumers, started and stopped together; what they read and who handles it is set up before. */
public final class SinkConsumers implements SmartLifecycle {
  private static final int EVENTS = 1000;
  private static final int LETTERS = 100;
  private static final int BULK_FETCH_MIN_BYTES = 1024 * 1024;
  /** Chunks of an import trickle in as fast as they are embedded; each batch costs commits of both stores, whatever its size. */
  private static final Duration BULK_LINGER = Duration.ofSeconds(4);

  private final KafkaClients clients;
  private final BatchConsumers consumers;

  public SinkConsumers(KafkaClients clients, RandomGenerator random) {
    this.clients = clients;
    this.consumers = new BatchConsumers(clients, Backoff.DEFAULT, random);
  }

  /** The consumer group of a lane of embedded chunks. */
  public static String group(KafkaClients clients, Lane lane) {
    return clients.topics().prefix() + "indexer" + (lane == Lane.BULK ? "-bulk" : "");
  }

  /** Reads both lanes, each with a group of its own. */
  public void embeddedChunks(int consumersOfEachLane, int batchRecords, Function<Lane, BatchHandler<Decoded>> handlers,
      StageHealth health) {
    for (Lane lane : Lane.values()) {
      for (int number = 0; number < consumersOfEachLane; number++) {
        add("indexer-" + lane.wireName() + "-" + number,
            List.of(clients.topics().of(PipelineTopic.EMBEDDED_CHUNKS, lane)), group(clients, lane),
            settings(lane, batchRecords), new AvroDeserializer(clients.codec()), handlers.apply(lane), health);
      }
    }
  }

  /** Reads the timeline. */
  public void timeline(int count, BatchHandler<Decoded> handler, StageHealth health) {
    for (int number = 0; number < count; number++) {
      add("projection-" + number, List.of(clients.topics().of(PipelineTopic.DOCUMENT_EVENTS)),
          clients.topics().projectionGroup(), records(EVENTS), new AvroDeserializer(clients.codec()), handler, health);
    }
  }

  /** Reads all dead letters. */
  public void deadLetters(BatchHandler<byte[]> handler, StageHealth health) {
    var topics = clients.topics();
    var letters = topics.definitions(1, (short) 1).stream().map(TopicNames.Definition::name)
        .filter(topics::isDeadLetters).toList();
    add("dead-letters", letters, topics.prefix() + "dead-letters", records(LETTERS), new ByteArrayDeserializer(),
        handler,
        health);
  }

  @Override
  public void start() {
    consumers.start();
  }

  @Override
  public void stop() {
    consumers.stop();
  }

  @Override
  public boolean isRunning() {
    return consumers.isRunning();
  }

  private static Map<String, Object> settings(Lane lane, int batchRecords) {
    return switch (lane) {
      case INTERACTIVE -> records(batchRecords);
      case BULK -> Map.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, batchRecords,
          ConsumerConfig.FETCH_MIN_BYTES_CONFIG, BULK_FETCH_MIN_BYTES,
          ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) BULK_LINGER.toMillis());
    };
  }

  private static Map<String, Object> records(int most) {
    return Map.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, most);
  }

  private <V> void add(String name, List<String> topics, String group, Map<String, Object> settings,
      Deserializer<V> values, BatchHandler<V> handler, StageHealth health) {
    consumers.add(new BatchConsumers.Source<>(name, group, topics, settings, values), handler, health);
  }
}
