package io.selfrag.vectorstore.lucene;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointAttributes;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.SearchResult;
import io.selfrag.vectorstore.VectorStore;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * Reads a folder that another process writes. Looks for a newer commit before every read, which costs one listing of a folder,
 * so that it sees whatever was acknowledged before. Writing through it is a fault of ours, {@code INTERNAL_ERROR}.
 */
final class LuceneReadOnlyVectorStore implements VectorStore {
  private final IndexFolder folder;
  /** Of the collections that were read last; the one read longest ago goes first. Guarded by itself. */
  private final LinkedHashMap<String, SearcherManager> searchers = new LinkedHashMap<>(16, 0.75f, true);
  private final int maxOpen;

  LuceneReadOnlyVectorStore(IndexFolder folder, int maxOpen) {
    this.folder = folder;
    this.maxOpen = maxOpen;
  }

  @Override
  public void ensureCollection(CollectionSpec collection) {
    throw readOnly();
  }

  @Override
  public void dropCollection(String collection) {
    throw readOnly();
  }

  @Override
  public List<String> collections() {
    return folder.call(folder::collections);
  }

  @Override
  public void upsert(CollectionSpec collection, List<Point> points) {
    throw readOnly();
  }

  @Override
  public void updateAttributes(CollectionSpec collection, UUID tenantId, UUID documentId, PointAttributes attributes) {
    throw readOnly();
  }

  @Override
  public void delete(CollectionSpec collection, PointSelection selection) {
    throw readOnly();
  }

  @Override
  public SearchResult search(CollectionSpec collection, SearchRequest request) {
    return read(collection, new SearchResult(List.of(), List.of()),
        lease -> PointReads.search(lease.searcher(), collection, request));
  }

  @Override
  public long count(CollectionSpec collection, PointSelection selection) {
    return read(collection, 0L, lease -> (long) lease.searcher().count(PointQueries.selection(selection)));
  }

  @Override
  public List<Point> scroll(CollectionSpec collection, PointSelection selection, Optional<UUID> after, int limit) {
    return read(collection, List.of(),
        lease -> PointReads.page(lease.searcher(), PointQueries.selection(selection), after, limit));
  }

  @Override
  public Set<UUID> tenants(CollectionSpec collection) {
    return read(collection, Set.of(), lease -> PointReads.tenants(lease.searcher().getIndexReader()));
  }

  @Override
  public void check() {
    collections();
  }

  @Override
  public void close() {
    folder.call(() -> {
      synchronized (searchers) {
        IOUtils.close(searchers.values());
        searchers.clear();
      }
      return true;
    });
  }

  /** Indexes that are open now. */
  int openCount() {
    synchronized (searchers) {
      return searchers.size();
    }
  }

  private <T> T read(CollectionSpec collection, T ifMissing, LuceneVectorStore.Read<T> read) {
    return folder.call(() -> {
      try (SearcherLease lease = newest(collection.name())) {
        if (lease == null) {
          return ifMissing;
        }
        var reader = (DirectoryReader) lease.searcher().getIndexReader();
        boolean exists = WriterSession.dimension(reader.getIndexCommit().getUserData()) > WriterSession.MISSING;
        return exists ? read.from(lease) : ifMissing;
      }
    });
  }

  private @Nullable SearcherLease newest(String collection) throws IOException {
    try {
      return lease(collection);
    } catch (AlreadyClosedException e) {
      // It was closed to make room between being found and being used.
      return lease(collection);
    }
  }

  private @Nullable SearcherLease lease(String collection) throws IOException {
    SearcherManager known;
    synchronized (searchers) {
      known = searchers.get(collection);
      if (known == null) {
        known = open(collection);
        if (known == null) {
          return null;
        }
        searchers.put(collection, known);
        makeRoom();
        return SearcherLease.of(known);
      }
    }
    known.maybeRefreshBlocking();
    return SearcherLease.of(known);
  }

  private @Nullable SearcherManager open(String collection) throws IOException {
    if (!folder.has(collection)) {
      return null;
    }
    // Not closed here or later: it is needed for each refresh, and holds nothing open by itself.
    Directory directory = folder.open(collection);
    return DirectoryReader.indexExists(directory) ? new SearcherManager(directory, IndexSettings.searchers()) : null;
  }

  private void makeRoom() throws IOException {
    while (searchers.size() > maxOpen) {
      searchers.pollFirstEntry().getValue().close();
    }
  }

  private static SelfRagException readOnly() {
    return new SelfRagException(ErrorCode.INTERNAL_ERROR, "this process may only read the index folder");
  }
}
