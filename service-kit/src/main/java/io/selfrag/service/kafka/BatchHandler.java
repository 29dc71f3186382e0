package io.selfrag.service.kafka;

import io.selfrag.schemas.SelfRagException;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What is done with records. Both methods are called on one thread of the consumer, block for the work, and may be called
 * again with the same records: their effects must be idempotent.
 *
 * @param <V> the records' values
 */
public interface BatchHandler<V> {
  /**
   * Does the whole batch; offsets move on when it returns.
   *
   * @throws SelfRagException transient: called again later with the same batch, without limit; permanent or any other
   *         exception: called again with one record at a time
   * @throws PartlyDoneException called again soon with the same batch
   */
  void handle(List<ConsumerRecord<byte[], V>> batch) throws InterruptedException;

  /**
   * Gives one record up: the dead letter and whatever must be known of it.
   *
   * @param attempts how often it was tried
   */
  void giveUp(ConsumerRecord<byte[], V> record, SelfRagException cause, int attempts) throws InterruptedException;
}
