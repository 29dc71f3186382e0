package io.selfrag.catalog.index;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A chunk with its vector, as it is stored.
 *
 * @param announced how many chunks the version has
 * @param pageFrom from 1; 0 if unknown
 * @param model provider/model/dimension of the vector
 * @param vector float32, little-endian; not copied, treat as immutable
 */
public record ChunkRow(UUID id, Version version, int ordinal, int announced, String text, String context, int charStart,
    int charEnd, int pageFrom, int pageTo, List<String> headingPath, int tokens, String language,
    @Nullable String parentText, String model, byte[] vector) {
  public ChunkRow {
    headingPath = List.copyOf(headingPath);
  }
}
