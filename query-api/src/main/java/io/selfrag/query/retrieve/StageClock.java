package io.selfrag.query.retrieve;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Adds up the time each stage of one request takes; for one thread. */
final class StageClock {
  private final Map<String, Long> nanos = new LinkedHashMap<>();

  <T> T time(String stage, Supplier<T> work) {
    long start = System.nanoTime();
    try {
      return work.get();
    } finally {
      nanos.merge(stage, System.nanoTime() - start, Long::sum);
    }
  }

  /** Milliseconds by stage, in the order in which stages first ran. */
  Map<String, Long> millis() {
    var millis = new LinkedHashMap<String, Long>();
    nanos.forEach((stage, time) -> millis.put(stage, time / 1_000_000));
    return millis;
  }
}
