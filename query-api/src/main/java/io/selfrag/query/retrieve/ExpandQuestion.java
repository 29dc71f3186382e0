package io.selfrag.query.retrieve;

import java.util.Map;
import java.util.UUID;

/**
 * Writes what retrievers ask beside the question. Never fails for want of a language model: rules do it then, and {@code author} and
 * {@code notes} say so. Blocking; safe for concurrent callers.
 */
@FunctionalInterface
public interface ExpandQuestion {
  /**
   * What is wanted.
   *
   * @param variants at most so many other wordings
   * @param passages so many passages that would answer
   * @param schemas metadata schema of each knowledge base for which filters are to be read from the question
   */
  record Wanted(int variants, int passages, Map<UUID, Map<String, Object>> schemas) {
    public Wanted {
      schemas = Map.copyOf(schemas);
    }

    boolean nothing() {
      return variants == 0 && passages == 0 && schemas.isEmpty();
    }
  }

  Expansion expand(String question, Wanted wanted);
}
