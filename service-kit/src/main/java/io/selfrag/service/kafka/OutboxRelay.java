package io.selfrag.service.kafka;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.outbox.OutboxRecord;
import io.selfrag.catalog.outbox.OutboxSession;
import io.selfrag.catalog.outbox.StoredRecord;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.health.StageHealth;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Sends the outbox to the broker (S3): in order, at least once, by one active relay per database however many services run one.
 * A record is removed only after the broker has it. What failed is sent again with all that followed it, so that the last copies
 * are in order even where the first ones overtook each other.
 */
public final class OutboxRelay implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);
  private static final int BATCH = 500;
  private static final Duration POLL = Duration.ofMillis(50);
  /** A database that has nothing to send is asked less often: the questions are not free. */
  private static final Duration IDLE_POLL = Duration.ofMillis(200);
  private static final int POLLS_UNTIL_IDLE = 10;
  private static final Duration STANDBY = Duration.ofMillis(500);
  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(40);

  private final CatalogDatabase database;
  private final Producer<byte[], byte[]> producer;
  private final StageHealth health;
  private final RandomGenerator random;
  private final Semaphore nudges = new Semaphore(0);
  private volatile boolean running;
  private @Nullable Thread thread;

  /**
   * @param producer not closed by this
   */
  public OutboxRelay(CatalogDatabase database, Producer<byte[], byte[]> producer, StageHealth health,
      RandomGenerator random) {
    this.database = database;
    this.producer = producer;
    this.health = health;
    this.random = random;
  }

  /** Says that there is something to send, so that it need not wait for the next poll. Never blocks. */
  public void nudge() {
    if (nudges.availablePermits() == 0) {
      nudges.release();
    }
  }

  @Override
  public synchronized void start() {
    if (!running) {
      // Before the thread is there, since it looks at this first.
      running = true;
      thread = Thread.ofPlatform().name("outbox-relay").daemon().start(this::run);
    }
  }

  @Override
  public synchronized void stop() {
    running = false;
    var stopped = thread;
    thread = null;
    if (stopped != null) {
      stopped.interrupt();
      try {
        stopped.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void run() {
    int failures = 0;
    while (isRunning()) {
      try {
        var session = OutboxSession.open(database).block(DATABASE_TIMEOUT);
        if (session == null) {
          health.ok();
          await(STANDBY);
        } else {
          try {
            failures = 0;
            relay(session);
          } finally {
            session.close().block(DATABASE_TIMEOUT);
          }
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (!isRunning()) {
          return;
        }
        failures++;
        health.degraded("cannot relay changes to the broker; trying again");
        log.atWarn().addKeyValue("failures", failures).setCause(e).log("outbox relay failed, trying again");
        try {
          await(Backoff.DEFAULT.after(failures, random));
        } catch (InterruptedException interrupted) {
          return;
        }
      }
    }
  }

  private void relay(OutboxSession session) throws InterruptedException {
    int empty = 0;
    while (isRunning()) {
      List<StoredRecord> batch = session.oldest(BATCH).collectList().block(DATABASE_TIMEOUT);
      if (batch == null || batch.isEmpty()) {
        health.ok();
        empty++;
        await(empty < POLLS_UNTIL_IDLE ? POLL : IDLE_POLL);
      } else {
        empty = 0;
        send(batch);
        session.remove(batch.stream().map(StoredRecord::id).toList()).block(DATABASE_TIMEOUT);
        health.progressed();
      }
    }
  }

  private void send(List<StoredRecord> batch) throws InterruptedException {
    var acks = new ArrayList<Future<RecordMetadata>>();
    try {
      for (StoredRecord stored : batch) {
        if (stored.message().key() == null) {
          for (var partition : producer.partitionsFor(stored.message().topic())) {
            acks.add(producer.send(toRecord(stored.message(), partition.partition())));
          }
        } else {
          acks.add(producer.send(toRecord(stored.message(), null)));
        }
      }
      for (var ack : acks) {
        ack.get(KafkaClients.DELIVERY_TIMEOUT_MS * 2L, TimeUnit.MILLISECONDS);
      }
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "the broker does not take the outbox", e);
    }
  }

  private static ProducerRecord<byte[], byte[]> toRecord(OutboxRecord message, @Nullable Integer partition) {
    byte[] key = message.key() == null ? null : message.key().getBytes(StandardCharsets.UTF_8);
    var sent = new ProducerRecord<byte[], byte[]>(message.topic(), partition, key, message.value());
    message.headers().forEach((name, value) -> sent.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    return sent;
  }

  private void await(Duration limit) throws InterruptedException {
    if (nudges.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      nudges.drainPermits();
    }
  }
}
