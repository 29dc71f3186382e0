package io.selfrag.query.cache;

import io.selfrag.query.retrieve.IndexSearch;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.PointFilter.Scope;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.SearchResult;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
    return during(request.filter().tenantId(), bases(request)).search(collection, request);
  }

  /**
   * Revisions are read once, when the first of the searches begins: what a later one finds may be newer than its key says, never
   * older.
   */
  @Override
  public IndexSearch during(UUID tenantId, Collection<UUID> knowledgeBaseIds) {
    return new During(tenantId, Set.copyOf(knowledgeBaseIds));
  }

  private static Set<UUID> bases(SearchRequest request) {
    return request.filter().scopes().stream().map(Scope::knowledgeBaseId).collect(Collectors.toSet());
  }

  /** The searches of one request; they run side by side. */
  private final class During implements IndexSearch {
    private final UUID tenantId;
    private final Set<UUID> knowledgeBaseIds;
    private @Nullable Map<UUID, Long> read;

    During(UUID tenantId, Set<UUID> knowledgeBaseIds) {
      this.tenantId = tenantId;
      this.knowledgeBaseIds = knowledgeBaseIds;
    }

    private synchronized Map<UUID, Long> revisions() {
      var now = read;
      if (now == null) {
        now = revisions.of(tenantId, knowledgeBaseIds);
        read = now;
      }
      return now;
    }

    @Override
    public SearchResult search(CollectionSpec collection, SearchRequest request) {
      var now = revisions();
      if (!now.keySet().containsAll(bases(request))) {
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
}
