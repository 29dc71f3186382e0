package io.selfrag.vectorstore;

import java.util.List;
import java.util.UUID;

/**
 * Hits of each leg, best first; a leg that was not asked for is empty.
 *
 * @param dense cosine similarity, −1 to 1
 * @param bm25 BM25 scores, above 0, comparable only within this answer
 */
public record SearchResult(List<Hit> dense, List<Hit> bm25) {
  public SearchResult {
    dense = List.copyOf(dense);
    bm25 = List.copyOf(bm25);
  }

  /** A proposal only: PostgreSQL decides whether it exists. */
  public record Hit(UUID chunkId, UUID documentId, UUID knowledgeBaseId, float score) {}
}
