package io.selfrag.service.kafka;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.ErrorKind;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.health.StageHealth;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what a failure of a batch means. Transient: wait and do it again, without limit. Anything else: one record at a time,
 * so that neighbours go on; bad data is given up at once, our own bugs after three attempts, and five different records in a row
 * that meet a bug stop everything, since then it is us and not the data (S27).
 *
 * @param <V> the records' values
 */
final class FaultIsolation<V> {
  private static final Logger log = LoggerFactory.getLogger(FaultIsolation.class);
  static final int ATTEMPTS = 3;
  static final int DIFFERENT_IN_A_ROW = 5;

  /** Waits, or throws if the consumer stops meanwhile. */
  interface Pause {
    void await(Duration time) throws InterruptedException;
  }

  /** Says that nothing more is to be handled. */
  static final class Halted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Halted(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private interface Work {
    void run() throws InterruptedException;
  }

  private final BatchHandler<V> handler;
  private final StageHealth health;
  private final Backoff backoff;
  private final RandomGenerator random;
  private final Pause pause;
  private final UnaryOperator<List<ConsumerRecord<byte[], V>>> stillOurs;
  private int bugsInARow;

  /**
   * @param stillOurs drops records of partitions that were taken away meanwhile
   */
  FaultIsolation(BatchHandler<V> handler, StageHealth health, Backoff backoff, RandomGenerator random, Pause pause,
      UnaryOperator<List<ConsumerRecord<byte[], V>>> stillOurs) {
    this.handler = handler;
    this.health = health;
    this.backoff = backoff;
    this.random = random;
    this.pause = pause;
    this.stillOurs = stillOurs;
  }

  /** Returns when every record is done or given up, or is no longer ours. */
  void handle(List<ConsumerRecord<byte[], V>> batch) throws InterruptedException {
    try {
      untilNotTransient(() -> {
        var ours = stillOurs.apply(batch);
        if (!ours.isEmpty()) {
          handler.handle(ours);
        }
      });
      bugsInARow = 0;
    } catch (RuntimeException e) {
      log.atWarn().addKeyValue("records", batch.size()).setCause(e).log("batch failed, going on record by record");
      for (var record : batch) {
        if (!stillOurs.apply(List.of(record)).isEmpty()) {
          handleAlone(record);
        }
      }
    }
    health.progressed();
  }

  private void handleAlone(ConsumerRecord<byte[], V> record) throws InterruptedException {
    for (int attempt = 1;; attempt++) {
      try {
        untilNotTransient(() -> handler.handle(List.of(record)));
        bugsInARow = 0;
        return;
      } catch (SelfRagException e) {
        if (e.code().kind() != ErrorKind.INTERNAL) {
          int tried = attempt;
          untilNotTransient(() -> handler.giveUp(record, e, tried));
          return;
        }
        afterBug(record, e, attempt);
      } catch (RuntimeException e) {
        afterBug(record, new SelfRagException(ErrorCode.INTERNAL_ERROR, "an unexpected failure of the pipeline", e),
            attempt);
      }
      if (attempt == ATTEMPTS) {
        return;
      }
      pause.await(backoff.after(attempt, random));
    }
  }

  private void afterBug(ConsumerRecord<byte[], V> record, SelfRagException bug, int attempt)
      throws InterruptedException {
    log.atError().addKeyValue("topic", record.topic()).addKeyValue("partition", record.partition())
        .addKeyValue("offset", record.offset()).addKeyValue("attempt", attempt).setCause(bug)
        .log("a record met a bug");
    if (attempt < ATTEMPTS) {
      return;
    }
    bugsInARow++;
    if (bugsInARow >= DIFFERENT_IN_A_ROW) {
      throw new Halted(DIFFERENT_IN_A_ROW + " records in a row met a bug: stopped until someone acts", bug);
    }
    untilNotTransient(() -> handler.giveUp(record, bug, attempt));
  }

  private void untilNotTransient(Work work) throws InterruptedException {
    for (int failures = 1;; failures++) {
      try {
        work.run();
        return;
      } catch (SelfRagException e) {
        if (!e.isTransient()) {
          throw e;
        }
        health.degraded(e.code().name() + ": " + e.detail());
        var wait = backoff.after(failures, random);
        log.atWarn().addKeyValue("failures", failures).addKeyValue("code", e.code().name())
            .addKeyValue("retry_in_ms", wait.toMillis()).setCause(failures == 1 ? e : null)
            .log("waiting for something that is away");
        pause.await(wait);
      }
    }
  }
}
