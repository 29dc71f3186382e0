package io.selfrag.generation.reflect;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A sentence of an answer and the passages that support it.
 *
 * @param chunkIds the chunks by which those passages were found
 * @param places for each of them the chunk in which it stands: the same, or one around it
 * @param support from 0 to 1; {@code null} where nothing was checked
 */
public record Citation(String sentence, List<UUID> chunkIds, List<UUID> places, @Nullable Double support) {
  public Citation {
    chunkIds = List.copyOf(chunkIds);
    places = List.copyOf(places);
  }
}
