package io.selfrag.schemas;

import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** What a record's value turned out to be. A bad record is a value, never an exception in {@code poll()}. */
public sealed interface Decoded {
  /** A record of a known schema. */
  record Value(SpecificRecord message) implements Decoded {}

  /** Bytes that no known schema reads, or none at all; {@code bytes} goes to the dead letters as it is. */
  record Undecodable(byte @Nullable [] bytes, String reason) implements Decoded {}
}
