package io.selfrag.service.kafka;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.ErrorKind;
import io.selfrag.schemas.SelfRagException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what a failure of a batch means. Transient: again later, without limit. Anything else: one record at a time, so that
 * neighbours go on; bad data is given up at once, our own bugs after three attempts, and five different records in a row that meet
 * a bug stop everything, since then it is us and not the data (S27). Waits for nothing itself. For one consumer's thread.
 *
 * @param <V> the records' values
 */
final class FaultIsolation<V> {
  private static final Logger log = LoggerFactory.getLogger(FaultIsolation.class);
  static final int ATTEMPTS = 3;
  static final int DIFFERENT_IN_A_ROW = 5;

  /** What became of a batch. */
  sealed interface Outcome {
    /** Every record is done or given up. */
    record Done() implements Outcome {}

    /**
     * The records before {@code from} are done; the others are to be tried again later.
     *
     * @param progress true if something was done since the last time
     */
    record Again(int from, SelfRagException cause, boolean progress) implements Outcome {}

    /** The records before {@code from} are done; nothing more is to be handled until someone acts. */
    record Halted(int from, SelfRagException cause) implements Outcome {}
  }

  private static final Outcome DONE = new Outcome.Done();

  private interface Work {
    void run() throws InterruptedException;
  }

  private record Failure(SelfRagException cause, boolean progress) {}

  private record Place(String topic, int partition, long offset) {
    static Place of(ConsumerRecord<?, ?> record) {
      return new Place(record.topic(), record.partition(), record.offset());
    }
  }

  private final BatchHandler<V> handler;
  /** How often records met a bug that are not given up yet. */
  private final Map<Place, Integer> bugs = new HashMap<>();
  private int givenUpInARow;

  FaultIsolation(BatchHandler<V> handler) {
    this.handler = handler;
  }

  /**
   * Handles the batch as far as it goes.
   *
   * @throws InterruptedException if the thread was interrupted, whatever the handler made of that; nothing is given up for it
   */
  Outcome handle(List<ConsumerRecord<byte[], V>> batch) throws InterruptedException {
    var together = failureOf(() -> handler.handle(batch));
    if (together == null) {
      givenUpInARow = 0;
    } else if (together.cause.isTransient()) {
      return new Outcome.Again(0, together.cause, together.progress);
    } else {
      log.atWarn().addKeyValue("records", batch.size()).addKeyValue("code", together.cause.code().name())
          .log("batch failed, going on record by record");
      for (int position = 0; position < batch.size(); position++) {
        var record = batch.get(position);
        var alone = batch.size() == 1 ? together : failureOf(() -> handler.handle(List.of(record)));
        var outcome = alone == null ? success() : failed(position, record, alone.cause);
        if (!(outcome instanceof Outcome.Done)) {
          return outcome;
        }
      }
    }
    bugs.clear();
    return DONE;
  }

  private Outcome success() {
    givenUpInARow = 0;
    return DONE;
  }

  private Outcome failed(int position, ConsumerRecord<byte[], V> record, SelfRagException failure)
      throws InterruptedException {
    boolean progress = position > 0;
    if (failure.isTransient()) {
      return new Outcome.Again(position, failure, progress);
    }
    boolean bug = failure.code().kind() == ErrorKind.INTERNAL;
    int attempts = bug ? bugs.merge(Place.of(record), 1, Integer::sum) : 1;
    if (bug) {
      log.atError().addKeyValue("topic", record.topic()).addKeyValue("partition", record.partition())
          .addKeyValue("offset", record.offset()).addKeyValue("attempt", attempts)
          .setCause(attempts == 1 ? failure : null).log("a record met a bug");
      if (attempts < ATTEMPTS) {
        return new Outcome.Again(position, failure, progress);
      }
      if (givenUpInARow + 1 >= DIFFERENT_IN_A_ROW) {
        return new Outcome.Halted(position, failure);
      }
    }
    var refusal = failureOf(() -> handler.giveUp(record, failure, attempts));
    if (refusal != null) {
      return new Outcome.Again(position, refusal.cause, progress);
    }
    givenUpInARow = bug ? givenUpInARow + 1 : givenUpInARow;
    return DONE;
  }

  private static @Nullable Failure failureOf(Work work) throws InterruptedException {
    try {
      work.run();
      return null;
    } catch (RuntimeException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException("the work failed because it was interrupted");
      }
      return switch (e) {
        case PartlyDoneException it -> new Failure(it.reason(), true);
        case SelfRagException it -> new Failure(it, false);
        default -> new Failure(
            new SelfRagException(ErrorCode.INTERNAL_ERROR, "an unexpected failure of the pipeline", e), false);
      };
    }
  }
}
