package io.selfrag.chunker.version;

import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.avro.Chunk;
import java.util.List;

/** What became of a version in one generation. */
public sealed interface GenerationSplit {
  int generation();

  /**
   * Cut.
   *
   * @param chunks at least one, in order
   */
  record Chunked(int generation, List<Chunk> chunks) implements GenerationSplit {
    public Chunked {
      chunks = List.copyOf(chunks);
    }
  }

  /** Cannot be cut: the generation's parameters do not fit, or nothing is left of the text. */
  record Failed(int generation, SelfRagException cause) implements GenerationSplit {}
}
