package io.selfrag.service.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads record keys, which come as bytes so that a bad one is a value and not an exception in {@code poll()}. */
public final class RecordKey {
  private RecordKey() {}

  /** The id that the key spells in lower case, or nothing if it is no such thing ({@code BAD_KEY}). */
  public static Optional<UUID> id(byte @Nullable [] key) {
    return text(key).flatMap(RecordKey::parse);
  }

  /** The key as strict UTF-8 text. */
  public static Optional<String> text(byte @Nullable [] key) {
    if (key == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static Optional<UUID> parse(String text) {
    try {
      var id = UUID.fromString(text);
      return id.toString().equals(text) ? Optional.of(id) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
