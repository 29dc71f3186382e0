package io.selfrag.vectorstore;

import io.selfrag.vectorstore.analysis.WordQuery;
import org.jspecify.annotations.Nullable;

/**
 * One search with a dense leg, a BM25 leg, or both, sent as one batched request.
 *
 * @param vector the question's vector, or {@code null} for no dense leg
 * @param words the question's words for BM25, or {@code null} for no BM25 leg
 * @param limit hits of each leg, 1 to 1000
 */
public record SearchRequest(PointFilter filter, float @Nullable [] vector, @Nullable WordQuery words, int limit) {
  public SearchRequest {
    if ((vector == null && words == null) || limit < 1 || limit > 1000) {
      throw new IllegalArgumentException("a search needs a vector or words, and a limit of 1 to 1000");
    }
  }

  /** The same as the constructor; other modules see the array's nullness here, where class files keep it. */
  public static SearchRequest of(PointFilter filter, float @Nullable [] vector, @Nullable WordQuery words, int limit) {
    return new SearchRequest(filter, vector, words, limit);
  }

  /** A search by the words of a text as they are. */
  public static SearchRequest ofText(PointFilter filter, float @Nullable [] vector, @Nullable String text, int limit) {
    return new SearchRequest(filter, vector, text == null ? null : WordQuery.of(text), limit);
  }
}
