package io.selfrag.vectorstore;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Points with a dense vector and BM25 terms, filtered by tenant inside the index. Blocking; safe for concurrent callers; all
 * writes are idempotent. A store that is away or slow is {@code STORE_UNAVAILABLE} (transient); a vector of the wrong size is
 * {@code WRONG_DIMENSION} and one with NaN or infinity {@code INVALID_VECTOR} (permanent, nothing of the call is written).
 *
 * <p>A write that has returned is durable, and a search started afterwards sees it.
 */
public interface VectorStore extends AutoCloseable {
  /** Creates the collection with its indexes if it is missing; refuses one of another dimension with {@code WRONG_DIMENSION}. */
  void ensureCollection(CollectionSpec collection);

  /** Removes a collection and all its points; nothing happens if it is missing. */
  void dropCollection(String collection);

  /** Names of all collections. */
  List<String> collections();

  /**
   * Writes points, replacing those of the same id. Any number; the adapter splits requests to the store's limits. A missing
   * collection is created.
   */
  void upsert(CollectionSpec collection, List<Point> points);

  /** Refreshes the attributes of every point of a document; words of a new title are found from then on, those of the old not. */
  void updateAttributes(CollectionSpec collection, UUID tenantId, UUID documentId, PointAttributes attributes);

  /** Deletes what the selection names; a missing collection is nothing to delete. */
  void delete(CollectionSpec collection, PointSelection selection);

  /** Deletes what any of the selections names; cheaper than one call for each, since all are acknowledged together. */
  default void deleteAll(CollectionSpec collection, List<PointSelection> selections) {
    selections.forEach(selection -> delete(collection, selection));
  }

  /** Both legs of a search; a missing collection has no hits. */
  SearchResult search(CollectionSpec collection, SearchRequest request);

  /** Exact number of points that the selection names. */
  long count(CollectionSpec collection, PointSelection selection);

  /**
   * A page of points in the order of their ids (as text, not as {@link UUID#compareTo}), for reconciliation and copying.
   *
   * @param after the last id of the page before, or empty for the first page
   * @param limit 1 to 1000
   */
  List<Point> scroll(CollectionSpec collection, PointSelection selection, Optional<UUID> after, int limit);

  /** Every tenant that has a point in the collection, and perhaps some whose last one was deleted lately; for reconciliation. */
  Set<UUID> tenants(CollectionSpec collection);

  /** Throws {@code STORE_UNAVAILABLE} if the store cannot answer now; for health checks. */
  void check();

  @Override
  void close();
}
