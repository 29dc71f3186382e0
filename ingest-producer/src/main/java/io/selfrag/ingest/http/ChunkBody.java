package io.selfrag.ingest.http;

import io.selfrag.catalog.intake.ChunkView;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A chunk of a document. */
record ChunkBody(UUID id, int ordinal, String text, int charStart, int charEnd, @Nullable Integer pageFrom,
    @Nullable Integer pageTo, List<String> headingPath, int tokens, String language, String model) {

  static ChunkBody of(ChunkView it) {
    return new ChunkBody(it.id(), it.ordinal(), it.text(), it.charStart(), it.charEnd(), it.pageFrom(), it.pageTo(),
        it.headingPath(), it.tokens(), it.language(), it.model());
  }
}
