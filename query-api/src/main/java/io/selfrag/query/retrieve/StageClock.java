package io.selfrag.query.retrieve;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Adds up the time that the request waits for each stage; for one thread. */
final class StageClock {
  private final Map<String, Duration> spent = new HashMap<>();

  <T> T time(String stage, Supplier<T> work) {
    long start = System.nanoTime();
    try {
      return work.get();
    } finally {
      spent.merge(stage, Duration.ofNanos(System.nanoTime() - start), Duration::plus);
    }
  }

  /** Time by stage so far. */
  Map<String, Duration> stages() {
    return Map.copyOf(spent);
  }
}
