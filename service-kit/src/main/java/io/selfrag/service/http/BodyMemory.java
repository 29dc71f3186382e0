package io.selfrag.service.http;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The room for bodies in memory that all requests of a service share: each may be within its limit, and all together still be more
 * than the heap holds. A body larger than the room is taken when it is alone.
 */
final class BodyMemory {
  private final long maxBytes;
  private final AtomicLong held = new AtomicLong();

  BodyMemory(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** One request's share, empty at first. */
  Lease lease() {
    return new Lease();
  }

  long held() {
    return held.get();
  }

  /** What a request holds until it is closed. Its bytes come one after the other. */
  final class Lease implements AutoCloseable {
    private final AtomicLong own = new AtomicLong();

    /**
     * @throws SelfRagException {@code PIPELINE_SATURATED} if there is no room now
     */
    void take(long bytes) {
      long mine = own.get();
      while (true) {
        long before = held.get();
        if (before > mine && before + bytes > maxBytes) {
          throw new SelfRagException(ErrorCode.PIPELINE_SATURATED,
              "too many large requests are being read at once; send this one again in a moment");
        }
        if (held.compareAndSet(before, before + bytes)) {
          own.addAndGet(bytes);
          return;
        }
      }
    }

    @Override
    public void close() {
      held.addAndGet(-own.getAndSet(0));
    }
  }
}
