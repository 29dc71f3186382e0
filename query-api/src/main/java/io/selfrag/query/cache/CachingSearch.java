package io.selfrag.query.cache;

import io.selfrag.query.retrieve.IndexSearch;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.PointFilter.Scope;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.SearchResult;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.UUID;

/**
 * Answers a search that was asked before from the cache. What is kept is found only by the same tenant, with the same rights, and
 * while no knowledge base of the search has changed since: every flip, delete, patch, change of rights and refresh of copies raises the
 * revision that the key holds (S18). Hits are hydrated by the caller as any others, so a stale one could never show what is gone, and
 * the revision keeps it from hiding what is new.
 */
public final class CachingSearch implements IndexSearch {
  private final IndexSearch index;
  private final RedisHits kept;
  private final Revisions revisions;

  public CachingSearch(IndexSearch index, RedisHits kept, Revisions revisions) {
    this.index = index;
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
      return index.search(collection, request);
    }
    var key = HitKey.of(collection, request, now);
    return kept.get(key).orElseGet(() -> {
      var found = index.search(collection, request);
      kept.put(key, found);
      return found;
    });
  }
}
