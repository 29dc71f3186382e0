package io.selfrag.service.lanes;

import io.selfrag.schemas.Lane;
import java.util.ArrayDeque;
import java.util.Deque;
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

  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock(true);
  /** Those of a lane who wait, in the order in which they came. */
  private final Deque<Condition> interactive = new ArrayDeque<>();
  private final Deque<Condition> bulk = new ArrayDeque<>();
  private int free;
  /** Time that bulk may take although interactive work waits; below 0 where it took more. */
  private double credit;

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
      var me = lock.newCondition();
      queue.add(me);
      try {
        while (free == 0 || !isNext(lane) || !me.equals(queue.peek())) {
          me.await();
        }
        free--;
      } finally {
        queue.remove(me);
        wakeNext();
      }
    } finally {
      lock.unlock();
    }
    long start = nanos.getAsLong();
    return () -> end(lane, nanos.getAsLong() - start);
  }

  private Deque<Condition> queue(Lane lane) {
    return switch (lane) {
      case INTERACTIVE -> interactive;
      case BULK -> bulk;
    };
  }

  private boolean isNext(Lane lane) {
    return switch (lane) {
      case INTERACTIVE -> bulk.isEmpty() || credit <= 0;
      case BULK -> interactive.isEmpty() || credit > 0;
    };
  }

  private void end(Lane lane, long duration) {
    lock.lock();
    try {
      free++;
      if (lane == Lane.INTERACTIVE && !bulk.isEmpty()) {
        credit += duration * BULK_SHARE / (1 - BULK_SHARE);
      } else if (lane == Lane.BULK) {
        // What bulk takes while nobody else wants it is no debt, and ends the debts before.
        credit = interactive.isEmpty() ? Math.max(credit, 0) : credit - duration;
      }
      wakeNext();
    } finally {
      lock.unlock();
    }
  }

  private void wakeNext() {
    if (free > 0) {
      for (Lane lane : Lane.values()) {
        var first = queue(lane).peek();
        if (first != null && isNext(lane)) {
          first.signal();
        }
      }
    }
  }
}
