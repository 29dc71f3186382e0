package io.selfrag.chunker.parse;

import java.util.Objects;
import java.util.stream.Stream;

/** A disk that takes no more: no fault of the record that met it, and it passes when someone makes room. */
public final class FullDisk {
  private FullDisk() {}

  /** Whether a failure comes from one; the JDK and RocksDB both pass on what the system says. */
  public static boolean isBehind(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).map(Throwable::getMessage)
        .filter(Objects::nonNull)
        .anyMatch(it -> it.contains("No space left on device") || it.contains("Disk quota exceeded"));
  }
}
