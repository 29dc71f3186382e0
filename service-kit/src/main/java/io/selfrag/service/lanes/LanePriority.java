package io.selfrag.service.lanes;

import io.selfrag.schemas.Lane;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Lets pieces of work through to a scarce resource. Interactive pieces go first, so one waits for at most one bulk piece on each
 * of the places; while both lanes want the resource, bulk still gets its share of the time (S20). Safe for concurrent
 * callers; fair within a lane.
 */
public final class LanePriority {
  /** Bulk's share of the time while both lanes have work. */
  public static final double BULK_SHARE = 0.1;
  /** Longest time that bulk can save up, so that it never holds interactive work off for longer. */
  private static final long MOST_CREDIT_NANOS = 200_000_000L;

  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Queue interactive = new Queue();
  private final Queue bulk = new Queue();
  private int free;
  /** Time that bulk may take although interactive work waits. */
  private double credit;

  /** Those of one lane who wait. */
  private final class Queue {
    private final Condition turn = lock.newCondition();
    private int waiting;
  }

  /**
   * @param places pieces that may run at once
   * @param nanos a monotonic clock
   */
  public LanePriority(int places, LongSupplier nanos) {
    if (places < 1) {
      throw new IllegalArgumentException("at least one place is needed");
    }
    this.free = places;
    this.nanos = nanos;
  }

  /** A piece that runs; closing it, once, lets the next one in. */
  public interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /** Waits for this lane's turn. */
  public Turn take(Lane lane) throws InterruptedException {
    var queue = queue(lane);
    lock.lockInterruptibly();
    try {
      queue.waiting++;
      try {
        while (free == 0 || !isNext(lane)) {
          queue.turn.await();
        }
        free--;
      } finally {
        queue.waiting--;
        wakeNext();
      }
    } finally {
      lock.unlock();
    }
    long start = nanos.getAsLong();
    return () -> end(lane, nanos.getAsLong() - start);
  }

  private Queue queue(Lane lane) {
    return switch (lane) {
      case INTERACTIVE -> interactive;
      case BULK -> bulk;
    };
  }

  private boolean isNext(Lane lane) {
    return switch (lane) {
      case INTERACTIVE -> bulk.waiting == 0 || credit <= 0;
      case BULK -> interactive.waiting == 0 || credit > 0;
    };
  }

  private void end(Lane lane, long duration) {
    lock.lock();
    try {
      free++;
      if (lane == Lane.INTERACTIVE && bulk.waiting > 0) {
        credit = Math.min(MOST_CREDIT_NANOS, credit + duration * BULK_SHARE / (1 - BULK_SHARE));
      } else if (lane == Lane.BULK && interactive.waiting > 0) {
        credit -= duration;
      }
      wakeNext();
    } finally {
      lock.unlock();
    }
  }

  private void wakeNext() {
    if (free > 0) {
      for (Lane lane : Lane.values()) {
        if (queue(lane).waiting > 0 && isNext(lane)) {
          queue(lane).turn.signal();
        }
      }
    }
  }
}
