package io.selfrag.chunker.kafka;

import io.selfrag.chunker.version.Overtaken;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.service.kafka.KafkaClients;
import java.time.Duration;
import java.time.InstantSource;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Watches the timeline for versions that are queued, on a thread of its own, so that split knows what waits behind the
 * version at hand (S25). Nothing depends on it: when it cannot read, nothing is dropped early.
 */
public final class QueuedWatch implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(QueuedWatch.class);
  /** Versions that wait for longer are few, and then processed in vain at worst. */
  private static final Duration LOOK_BACK = Duration.ofMinutes(10);
  private static final Duration POLL = Duration.ofSeconds(1);

  private final KafkaClients clients;
  private final Overtaken overtaken;
  private final InstantSource clock;
  private volatile @Nullable KafkaConsumer<byte[], Decoded> consumer;
  private volatile @Nullable Thread thread;
  private volatile boolean running;

  public QueuedWatch(KafkaClients clients, Overtaken overtaken, InstantSource clock) {
    this.clients = clients;
    this.overtaken = overtaken;
    this.clock = clock;
  }

  @Override
  public void start() {
    var reader = clients.consumer("unused", "chunker-queued-watch");
    consumer = reader;
    running = true;
    thread = Thread.ofPlatform().name("queued-watch").daemon().start(() -> run(reader));
  }

  @Override
  public void stop() {
    var reader = consumer;
    var reading = thread;
    running = false;
    consumer = null;
    thread = null;
    if (reader != null && reading != null) {
      reader.wakeup();
      try {
        reading.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void run(KafkaConsumer<byte[], Decoded> reader) {
    try (reader) {
      seek(reader);
      while (running) {
        reader.poll(POLL).forEach(record -> {
          if (record.value() instanceof Decoded.Value(DocumentEvent event)) {
            learn(event);
          }
        });
      }
    } catch (WakeupException _) {
      // Asked to stop.
    } catch (KafkaException e) {
      LOG.atWarn().setCause(e).log("queued versions are no longer watched; none is dropped early");
    }
  }

  private void learn(DocumentEvent event) {
    switch (event.getStage()) {
      case QUEUED -> overtaken.queued(event.getDocumentId(), event.getRevision());
      case FAILED, SUPERSEDED, INTERRUPTED -> overtaken.gaveUp(event.getDocumentId(), event.getRevision());
      default -> {
        // Says nothing about what is still to come.
      }
    }
  }

  private void seek(KafkaConsumer<byte[], Decoded> reader) {
    String topic = clients.topics().of(PipelineTopic.DOCUMENT_EVENTS);
    var partitions = IntStream.range(0, clients.settings().partitions()).mapToObj(it -> new TopicPartition(topic, it))
        .toList();
    reader.assign(partitions);
    long since = clock.instant().minus(LOOK_BACK).toEpochMilli();
    var offsets = reader.offsetsForTimes(partitions.stream().collect(Collectors.toMap(it -> it, _ -> since)));
    reader.seekToEnd(partitions);
    offsets.forEach((partition, found) -> {
      if (found != null) {
        reader.seek(partition, found.offset());
      }
    });
  }
}
