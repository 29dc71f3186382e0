package io.selfrag.embedding;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/**
 * Lets calls in until it is shut, then waits for those inside: what {@link Embedder#close()} promises. Callers inside hold
 * a read lock; shutting takes the write lock, so it returns only when nobody is inside.
 */
public final class CallGate {
  private final String what;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private volatile boolean shut;
  /** Guarded by the write lock. */
  private boolean released;

  /** A gate whose refusal names what it guards, such as the model's key. */
  public CallGate(String what) {
    this.what = what;
  }

  /** Runs the call, or refuses with {@code MODEL_UNAVAILABLE} once the gate is shut. */
  public <T> T call(Supplier<T> call) {
    refuseIfShut();
    Lock inside = lock.readLock();
    inside.lock();
    try {
      refuseIfShut();
      return call.get();
    } finally {
      inside.unlock();
    }
  }

  /**
   * Refuses new calls, waits for those inside, then runs the action, once; later calls wait for the first and do nothing.
   * Must not be called from inside a call.
   */
  public void shut(Runnable whenEmpty) {
    shut = true;
    Lock empty = lock.writeLock();
    empty.lock();
    try {
      if (!released) {
        released = true;
        whenEmpty.run();
      }
    } finally {
      empty.unlock();
    }
  }

  private void refuseIfShut() {
    if (shut) {
      throw new SelfRagException(ErrorCode.MODEL_UNAVAILABLE, what + " is closed");
    }
  }
}
