package io.selfrag.query.retrieve;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A chunk that a search proposes; PostgreSQL decides whether it exists.
 *
 * @param score what it is ranked by: cosine, BM25 or the fused score, by the retriever
 * @param dense cosine similarity, or {@code null} if the dense leg did not find it
 * @param bm25 BM25 score, or {@code null} if that leg did not find it
 */
public record Candidate(UUID chunkId, UUID documentId, UUID knowledgeBaseId, double score, @Nullable Double dense,
    @Nullable Double bm25) {
  Candidate withScore(double newScore) {
    return new Candidate(chunkId, documentId, knowledgeBaseId, newScore, dense, bm25);
  }
}
