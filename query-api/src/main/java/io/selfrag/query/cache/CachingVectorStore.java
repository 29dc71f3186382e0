package io.selfrag.query.cache;

import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointAttributes;
import io.selfrag.vectorstore.PointFilter.Scope;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.SearchResult;
import io.selfrag.vectorstore.VectorStore;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Answers a search that was asked before from the cache. What is kept is found only by the same tenant, with the same rights, and
 * while no knowledge base of the search has changed since: every flip, delete, patch, change of rights and refresh of copies raises the
 * revision that the key holds (S18). Hits are hydrated by the caller as any others, so a stale one could never show what is gone, and
 * the revision keeps it from hiding what is new. All else goes to the store as it is.
 */
public final class CachingVectorStore implements VectorStore {
  private final VectorStore store;
  private final RedisHits kept;
  private final Revisions revisions;

  public CachingVectorStore(VectorStore store, RedisHits kept, Revisions revisions) {
    this.store = store;
    this.kept = kept;
    this.revisions = revisions;
  }

  /** Reads the revisions of knowledge bases as they are now; those that are gone are missing. */
  @FunctionalInterface
  public interface Revisions {
    /** Blocks for a bounded time. */
    Map<UUID, Long> of(UUID tenantId, Collection<UUID> knowledgeBaseIds);
  }

  @Override
  public SearchResult search(CollectionSpec collection, SearchRequest request) {
    var filter = request.filter();
    var bases = new HashSet<UUID>();
    filter.scopes().stream().map(Scope::knowledgeBaseId).forEach(bases::add);
    // Before the search: what it finds may be newer than its key says, never older.
    var now = revisions.of(filter.tenantId(), bases);
    if (!now.keySet().containsAll(bases)) {
      return store.search(collection, request);
    }
    var key = HitKey.of(collection, request, now);
    return kept.get(key).orElseGet(() -> {
      var found = store.search(collection, request);
      kept.put(key, found);
      return found;
    });
  }

  @Override
  public void ensureCollection(CollectionSpec collection) {
    store.ensureCollection(collection);
  }

  @Override
  public void dropCollection(String collection) {
    store.dropCollection(collection);
  }

  @Override
  public List<String> collections() {
    return store.collections();
  }

  @Override
  public void upsert(CollectionSpec collection, List<Point> points) {
    store.upsert(collection, points);
  }

  @Override
  public void updateAttributes(CollectionSpec collection, UUID tenantId, UUID documentId, PointAttributes attributes) {
    store.updateAttributes(collection, tenantId, documentId, attributes);
  }

  @Override
  public void delete(CollectionSpec collection, PointSelection selection) {
    store.delete(collection, selection);
  }

  @Override
  public void deleteAll(CollectionSpec collection, List<PointSelection> selections) {
    store.deleteAll(collection, selections);
  }

  @Override
  public long count(CollectionSpec collection, PointSelection selection) {
    return store.count(collection, selection);
  }

  @Override
  public List<Point> scroll(CollectionSpec collection, PointSelection selection, Optional<UUID> after, int limit) {
    return store.scroll(collection, selection, after, limit);
  }

  @Override
  public void check() {
    store.check();
  }

  @Override
  public void close() {
    store.close();
  }
}
