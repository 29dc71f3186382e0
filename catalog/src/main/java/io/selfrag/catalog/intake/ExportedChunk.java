package io.selfrag.catalog.intake;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A chunk as it is exported.
 *
 * @param vector float32, little-endian; null if it was not asked for or is not kept
 */
public record ExportedChunk(UUID id, int ordinal, String text, int charStart, int charEnd, @Nullable Integer pageFrom,
    @Nullable Integer pageTo, List<String> headingPath, int tokens, String language, String model,
    byte @Nullable [] vector) {
  public ExportedChunk {
    headingPath = List.copyOf(headingPath);
  }
}
