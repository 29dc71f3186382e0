package io.selfrag.generation.reflect;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A sentence of an answer and the passages that support it.
 *
 * @param support from 0 to 1; {@code null} where nothing was checked
 */
public record Citation(String sentence, List<UUID> chunkIds, @Nullable Double support) {
  public Citation {
    chunkIds = List.copyOf(chunkIds);
  }
}
