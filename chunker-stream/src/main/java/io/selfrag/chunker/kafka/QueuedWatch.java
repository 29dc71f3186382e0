package io.selfrag.chunker.kafka;

import io.selfrag.chunker.version.Overtaken;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.service.kafka.Backoff;
import io.selfrag.service.kafka.KafkaClients;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
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
  private final RandomGenerator random;
  private volatile @Nullable Watching watching;

  /** One start of it; {@code stopped} is open until its stop. */
  private record Watching(Thread thread, AtomicReference<@Nullable KafkaConsumer<byte[], Decoded>> consumer,
      CountDownLatch stopped) {}

  public QueuedWatch(KafkaClients clients, Overtaken overtaken, InstantSource clock, RandomGenerator random) {
    this.clients = clients;
    this.overtaken = overtaken;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public synchronized void start() {
    if (watching == null) {
      var consumer = new AtomicReference<@Nullable KafkaConsumer<byte[], Decoded>>();
      var stopped = new CountDownLatch(1);
      var thread = Thread.ofPlatform().name("queued-watch").daemon().unstarted(() -> run(consumer, stopped));
      watching = new Watching(thread, consumer, stopped);
      thread.start();
    }
  }

  @Override
  public synchronized void stop() {
    var current = watching;
    watching = null;
    if (current != null) {
      current.stopped.countDown();
      var reader = current.consumer.get();
      if (reader != null) {
        reader.wakeup();
      }
      try {
        current.thread.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isRunning() {
    return watching != null;
  }

  private void run(AtomicReference<@Nullable KafkaConsumer<byte[], Decoded>> consumer, CountDownLatch stopped) {
    int failures = 0;
    while (stopped.getCount() > 0) {
      try (var reader = clients.consumer("unused", "chunker-queued-watch")) {
        consumer.set(reader);
        seek(reader);
        failures = 0;
        while (stopped.getCount() > 0) {
          reader.poll(POLL).forEach(record -> {
            if (record.value() instanceof Decoded.Value(DocumentEvent event)) {
              learn(event);
            }
          });
        }
      } catch (WakeupException _) {
        // Asked to stop.
      } catch (KafkaException e) {
        failures++;
        LOG.atWarn().addKeyValue("failures", failures).setCause(e)
            .log("queued versions cannot be watched, trying again; none is dropped early meanwhile");
        pause(Backoff.DEFAULT.after(failures, random), stopped);
      } finally {
        consumer.set(null);
      }
    }
  }

  private static void pause(Duration time, CountDownLatch stopped) {
    try {
      var _ = stopped.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopped.countDown();
    }
  }

  void learn(DocumentEvent event) {
    switch (event.getStage()) {
      case QUEUED -> {
        // A further attempt reads what an earlier version stores, so that one must not be dropped for it.
        if (event.getAttempt() == 0) {
          overtaken.queued(event.getDocumentId(), event.getRevision());
        }
      }
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
