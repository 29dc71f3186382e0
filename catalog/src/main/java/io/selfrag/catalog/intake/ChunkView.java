package io.selfrag.catalog.intake;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A chunk of what is searchable of a document. */
public record ChunkView(UUID id, int ordinal, String text, int charStart, int charEnd, @Nullable Integer pageFrom,
    @Nullable Integer pageTo, List<String> headingPath, int tokens, String language, String model) {
  public ChunkView {
    headingPath = List.copyOf(headingPath);
  }
}
