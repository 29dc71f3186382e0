package io.selfrag.ingest.single;

import io.selfrag.ingest.accept.Content;
import org.jspecify.annotations.Nullable;

/** A document's bytes with what their sender said of them. */
public record Original(Content content, @Nullable String fileName, @Nullable String mediaType) {
  private static final int MAX_NAME = 255;

  /** Names come from outside: no folder, no control character, no unbounded length. */
  public Original {
    fileName = fileName == null
        ? null
        : tidy(fileName.substring(Math.max(fileName.lastIndexOf('/'),
            fileName.lastIndexOf('\\')) + 1));
    mediaType = mediaType == null ? null : tidy(mediaType);
  }

  private static @Nullable String tidy(String text) {
    var kept = text.codePoints()
        .filter(it -> !Character.isISOControl(it) && Character.getType(it) != Character.SURROGATE)
        .limit(MAX_NAME)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString().strip();
    return kept.isEmpty() ? null : kept;
  }
}
