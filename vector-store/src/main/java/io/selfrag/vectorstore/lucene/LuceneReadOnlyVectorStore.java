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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * Reads a folder that another process writes. Looks for a newer commit before every read, which costs one listing of a folder,
 * so that it sees whatever was acknowledged before. Writing through it is a fault of ours, {@code INTERNAL_ERROR}.
 */
final class LuceneReadOnlyVectorStore implements VectorStore {
  private final IndexFolder folder;
  private final Map<String, SearcherManager> searchers = new HashMap<>();

  LuceneReadOnlyVectorStore(IndexFolder folder) {
    this.folder = folder;
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

  private <T> T read(CollectionSpec collection, T ifMissing, LuceneVectorStore.Read<T> read) {
    return folder.call(() -> {
      SearcherManager newest = newest(collection.name());
      if (newest == null) {
        return ifMissing;
      }
      try (SearcherLease lease = SearcherLease.of(newest)) {
        var reader = (DirectoryReader) lease.searcher().getIndexReader();
        boolean exists = LuceneCollection.dimension(reader.getIndexCommit().getUserData()) > 0;
        return exists ? read.from(lease) : ifMissing;
      }
    });
  }

  private @Nullable SearcherManager newest(String collection) throws IOException {
    SearcherManager known;
    synchronized (searchers) {
      known = searchers.get(collection);
      if (known == null) {
        if (!folder.has(collection)) {
          return null;
        }
        Directory directory = folder.open(collection);
        if (!DirectoryReader.indexExists(directory)) {
          directory.close();
          return null;
        }
        known = new SearcherManager(directory, IndexSettings.searchers());
        searchers.put(collection, known);
        return known;
      }
    }
    known.maybeRefreshBlocking();
    return known;
  }

  private static SelfRagException readOnly() {
    return new SelfRagException(ErrorCode.INTERNAL_ERROR, "this process may only read the index folder");
  }
}
