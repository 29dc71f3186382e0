package io.selfrag.service.kafka;

import io.selfrag.service.health.StageHealth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Reads topics in batches. One thread polls, so that the member stays in its group however long the work or an outage takes;
 * another works, in the order of polling, while one more batch is fetched ahead. Offsets are committed after the work, up to
 * the position, so that transaction markers leave no lag behind (S17).
 *
 * @param <V> the records' values
 */
public final class BatchConsumer<V> implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(BatchConsumer.class);
  private static final Duration IDLE_POLL = Duration.ofMillis(100);
  private static final Duration BUSY_POLL = Duration.ofMillis(20);
  /** How long a stop or a rebalance waits for the batch at work. */
  private static final Duration DRAIN = Duration.ofSeconds(20);

  private record Batch<V>(List<ConsumerRecord<byte[], V>> records, Map<TopicPartition, Integer> epochs,
      Map<TopicPartition, Long> positions) {}

  private final String name;
  private final List<String> topics;
  private final Supplier<Consumer<byte[], V>> consumers;
  private final StageHealth health;
  private final RandomGenerator random;
  private final FaultIsolation<V> isolation;
  private final BlockingQueue<Batch<V>> fetched = new ArrayBlockingQueue<>(1);
  /** Batches handed over and not finished. */
  private final AtomicInteger unfinished = new AtomicInteger();
  private final Map<TopicPartition, Long> finished = new ConcurrentHashMap<>();
  /** How often a partition was assigned; records fetched under an older number are not ours any more. */
  private final Map<TopicPartition, Integer> epochs = new ConcurrentHashMap<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  /** Open while the worker lives. */
  private final CountDownLatch workerEnded = new CountDownLatch(1);
  private volatile boolean running;
  private volatile @Nullable Batch<V> current;
  private @Nullable Thread poller;
  private @Nullable Thread worker;

  /**
   * @param consumers makes a consumer that commits by hand; called again if one breaks
   */
  public BatchConsumer(String name, List<String> topics, Supplier<Consumer<byte[], V>> consumers,
      BatchHandler<V> handler, StageHealth health, Backoff backoff, RandomGenerator random) {
    this.name = name;
    this.topics = List.copyOf(topics);
    this.consumers = consumers;
    this.health = health;
    this.random = random;
    this.isolation = new FaultIsolation<>(handler, health, backoff, random, this::await, this::stillOurs);
  }

  @Override
  public synchronized void start() {
    if (!running && poller == null) {
      running = true;
      poller = Thread.ofPlatform().name(name + "-poll").start(this::poll);
      worker = Thread.ofPlatform().name(name + "-work").start(this::work);
    }
  }

  /** Lets the batch at work finish, within limits, commits, leaves the group. */
  @Override
  public synchronized void stop() {
    running = false;
    stopping.countDown();
    join(poller);
    var working = worker;
    if (working != null) {
      working.interrupt();
    }
    join(working);
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void poll() {
    int failures = 0;
    while (running) {
      try (var consumer = consumers.get()) {
        consumer.subscribe(topics, new Rebalances(consumer));
        var committed = new HashMap<TopicPartition, Long>();
        while (running) {
          step(consumer, committed);
          failures = 0;
        }
        drain(consumer, DRAIN);
      } catch (WakeupException e) {
        log.atDebug().log("woken up");
      } catch (KafkaException | IllegalStateException e) {
        failures++;
        forgetAssignment();
        health.degraded("the broker does not let us read; trying again");
        log.atWarn().addKeyValue("consumer", name).addKeyValue("failures", failures).setCause(e)
            .log("consumer failed, making a new one");
        try {
          await(Backoff.DEFAULT.after(failures, random));
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  private void step(Consumer<byte[], V> consumer, Map<TopicPartition, Long> committed) {
    boolean full = fetched.remainingCapacity() == 0;
    if (full) {
      consumer.pause(consumer.assignment());
    } else if (!consumer.paused().isEmpty()) {
      consumer.resume(consumer.paused());
    }
    ConsumerRecords<byte[], V> records = consumer.poll(full || unfinished.get() > 0 ? BUSY_POLL : IDLE_POLL);
    if (!records.isEmpty()) {
      var batch = new Batch<V>(new ArrayList<>(records.count()), Map.copyOf(epochs), new HashMap<>());
      records.forEach(batch.records::add);
      records.partitions().forEach(it -> batch.positions.put(it, consumer.position(it)));
      unfinished.incrementAndGet();
      if (!fetched.offer(batch)) {
        throw new IllegalStateException("a batch came although reading was paused");
      }
    }
    commit(consumer, committed, false);
  }

  /** Commits what is finished; with nothing at work, everything up to the position, markers of transactions included. */
  private void commit(Consumer<byte[], V> consumer, Map<TopicPartition, Long> committed, boolean wait) {
    boolean nothingAtWork = unfinished.get() == 0;
    var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
    for (TopicPartition partition : consumer.assignment()) {
      Long done = nothingAtWork ? (Long) consumer.position(partition) : finished.get(partition);
      if (done != null && done > 0 && !done.equals(committed.get(partition))) {
        offsets.put(partition, new OffsetAndMetadata(done));
        committed.put(partition, done);
      }
    }
    if (offsets.isEmpty()) {
      return;
    }
    if (wait) {
      consumer.commitSync(offsets, Duration.ofSeconds(10));
    } else {
      consumer.commitAsync(offsets, (_, failure) -> {
        if (failure != null) {
          // Whatever was not committed is read again, and done again to no effect.
          committed.keySet().removeAll(offsets.keySet());
          log.atInfo().addKeyValue("consumer", name).addKeyValue("reason", failure.toString())
              .log("offsets not committed this time");
        }
      });
    }
  }

  private void work() {
    try {
      while (running) {
        var batch = fetched.poll(50, TimeUnit.MILLISECONDS);
        if (batch != null) {
          current = batch;
          isolation.handle(batch.records);
          batch.positions.forEach((partition, position) -> {
            if (isCurrent(batch, partition)) {
              finished.put(partition, position);
            }
          });
          current = null;
          unfinished.decrementAndGet();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (FaultIsolation.Halted e) {
      health.down(String.valueOf(e.getMessage()));
      log.atError().addKeyValue("consumer", name).setCause(e).log("consumer halted, someone must act");
    } finally {
      workerEnded.countDown();
    }
  }

  private boolean isCurrent(Batch<V> batch, TopicPartition partition) {
    var now = epochs.get(partition);
    return now != null && now.equals(batch.epochs.get(partition));
  }

  private List<ConsumerRecord<byte[], V>> stillOurs(List<ConsumerRecord<byte[], V>> records) {
    var batch = current;
    return batch == null
        ? List.of()
        : records.stream().filter(it -> isCurrent(batch, new TopicPartition(it.topic(), it.partition()))).toList();
  }

  /** Waits for the batch at work, then commits. Polling is not needed meanwhile: the limits are far apart. */
  private void drain(Consumer<byte[], V> consumer, Duration limit) {
    try {
      long end = System.nanoTime() + limit.toNanos();
      while (current != null && System.nanoTime() < end && !workerEnded.await(5, TimeUnit.MILLISECONDS)) {
        // The worker sets both; it has no reason to wake anyone else.
      }
      commit(consumer, new HashMap<>(), true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (KafkaException e) {
      log.atInfo().addKeyValue("consumer", name).addKeyValue("reason", e.toString())
          .log("offsets not committed at the end; the work is done again to no effect");
    }
  }

  private void forgetAssignment() {
    epochs.replaceAll((_, epoch) -> epoch + 1);
    finished.clear();
  }

  private void await(Duration time) throws InterruptedException {
    if (stopping.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new InterruptedException("stopping");
    }
  }

  private static void join(@Nullable Thread thread) {
    if (thread != null) {
      try {
        thread.join(DRAIN.plusSeconds(15));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Hands partitions over with their work done, where that is quick. */
  private final class Rebalances implements ConsumerRebalanceListener {
    private static final Duration HAND_OVER = Duration.ofSeconds(5);
    private final Consumer<byte[], V> consumer;

    Rebalances(Consumer<byte[], V> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      partitions.forEach(it -> {
        epochs.merge(it, 1, Integer::sum);
        finished.remove(it);
      });
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      if (running) {
        drain(consumer, HAND_OVER);
      }
      onPartitionsLost(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      partitions.forEach(it -> {
        epochs.merge(it, 1, Integer::sum);
        finished.remove(it);
      });
    }
  }
}
