package io.selfrag.catalog.index;

import org.jspecify.annotations.Nullable;

/**
 * A chunk as its row keeps it, with what its point needs.
 *
 * @param row with an empty vector if none is kept
 */
public record KeptChunk(ChunkRow row) {
  /** False where vectors are not kept, or this one's was lost: only the model can give it back. */
  public boolean hasVector() {
    return row.vector().length > 0;
  }

  /** Where a row stands among those of its document. */
  record Position(int generation, long revision, int attempt, int ordinal) {
    static @Nullable Position of(@Nullable KeptChunk chunk) {
      if (chunk == null) {
        return null;
      }
      var version = chunk.row.version();
      return new Position(version.generation(), version.revision(), version.attempt(), chunk.row.ordinal());
    }
  }
}
