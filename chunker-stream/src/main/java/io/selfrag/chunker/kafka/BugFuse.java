package io.selfrag.chunker.kafka;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our own bugs (S27): a record is tried three times and then given up; when five different ones in a row end so, the stage
 * stops, because then it is us and not the data. One for each task; not safe for concurrent callers.
 */
final class BugFuse {
  static final int ATTEMPTS = 3;
  static final int BLOWS_AT = 5;
  private static final Logger LOG = LoggerFactory.getLogger(BugFuse.class);

  private int inARow;

  /** The stage must stop: someone has to look. */
  static final class BlownException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BlownException(Throwable cause) {
      super(BLOWS_AT + " records in a row failed by our own fault", cause);
    }
  }

  /**
   * Does the work on one record.
   *
   * @throws SelfRagException of the work itself, or {@code INTERNAL_ERROR} in place of any unexpected failure
   * @throws BlownException if this was one failure too many
   */
  <T> T guard(Supplier<T> work) {
    for (int attempt = 1;; attempt++) {
      try {
        T result = work.get();
        inARow = 0;
        return result;
      } catch (KafkaException e) {
        throw e;
      } catch (RuntimeException e) {
        if (e instanceof SelfRagException known && known.code() != ErrorCode.INTERNAL_ERROR) {
          inARow = known.isTransient() ? inARow : 0;
          throw known;
        }
        LOG.atError().setCause(e).addKeyValue("attempt", attempt).log("a record failed by our own fault");
        if (attempt == ATTEMPTS) {
          throw giveUp(e);
        }
      }
    }
  }

  private RuntimeException giveUp(RuntimeException cause) {
    inARow++;
    return inARow >= BLOWS_AT
        ? new BlownException(cause)
        : new SelfRagException(ErrorCode.INTERNAL_ERROR, "an unexpected failure: " + cause.getClass().getSimpleName(),
            cause);
  }
}
