package io.selfrag.query.answer.http;

import io.selfrag.generation.reflect.Citation;
import io.selfrag.query.answer.FoundPassages;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A sentence of an answer and what supports it; field names are the contract.
 *
 * @param chunkIds of the sources that support it
 * @param support from 0 to 1; {@code null} where nothing was checked
 * @param places for each of these sources the chunk in which it stands: the source's own, or one of those around it
 */
record CitationView(String sentence, List<UUID> chunkIds, @Nullable Double support, List<FoundPassages.Place> places) {
  static List<CitationView> of(List<Citation> citations, FoundPassages found) {
    return citations.stream().map(it -> new CitationView(it.sentence(), it.chunkIds(), it.support(),
        it.places().stream().map(found::place).toList())).toList();
  }
}
