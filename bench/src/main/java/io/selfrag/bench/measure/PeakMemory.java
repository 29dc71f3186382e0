package io.selfrag.bench.measure;

import io.selfrag.bench.system.BenchSystem;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Looks at a system's memory every few seconds, since the kernel walks all its pages for that, and keeps the most. */
final class PeakMemory {
  private static final Duration EVERY = Duration.ofSeconds(5);

  private final BenchSystem.Lease system;
  private final Thread thread;
  private volatile boolean stopped;
  private volatile long peak;

  PeakMemory(BenchSystem.Lease system) {
    this.system = system;
    this.thread = Thread.ofPlatform().daemon().name("memory").start(this::look);
  }

  private void look() {
    while (!stopped) {
      peak = Math.max(peak, system.residentBytes());
      LockSupport.parkNanos(EVERY.toNanos());
    }
  }

  /** Ends; returns the most bytes that were seen. */
  long stop() {
    stopped = true;
    LockSupport.unpark(thread);
    return peak;
  }
}
