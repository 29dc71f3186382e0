package io.selfrag.chunker.kafka;

import java.time.Duration;

/** Waits; a test passes one that does not. */
@FunctionalInterface
public interface Pause {
  void sleep(Duration duration) throws InterruptedException;
}
