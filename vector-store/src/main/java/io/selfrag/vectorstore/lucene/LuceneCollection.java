package io.selfrag.vectorstore.lucene;

import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointAttributes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.lucene.document.Document;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * One collection in the process that writes it. It exists iff its last commit names a dimension: dropping is one commit that
 * deletes all points and the name, so that a crash leaves either all or nothing, and a reader elsewhere never meets a folder that
 * was removed and made anew. Its index is open while it is in use and may be closed in between.
 */
final class LuceneCollection {
  /** Bounds what a call holds in memory beside the points themselves. */
  private static final int UPSERT_PAGE = 2000;
  private static final int REWRITE_PAGE = 200;

  private final Directory directory;
  private final OpenIndexes openIndexes;
  private final GroupCommit commits = new GroupCommit(new GroupCommit.Index() {
    @Override
    public WriterSession session() throws IOException {
      return LuceneCollection.this.session();
    }

    @Override
    public void committed(WriterSession committed) throws IOException {
      dimension = committed.dimension();
      if (!exists()) {
        close();
      }
    }
  });
  private volatile int dimension;
  private volatile @Nullable WriterSession session;
  private volatile long lastUse;
  /** Guarded by this. */
  private boolean shutDown;

  LuceneCollection(Directory directory, OpenIndexes openIndexes) throws IOException {
    this.directory = directory;
    this.openIndexes = openIndexes;
    dimension = WriterSession.dimension(directory);
  }

  boolean exists() {
    return dimension != WriterSession.MISSING;
  }

  void ensure(CollectionSpec spec) throws IOException {
    if (dimension != spec.dimension()) {
      commits.perform(index -> index.ensure(spec));
    }
  }

  void drop() throws IOException {
    commits.perform(WriterSession::drop);
  }

  void upsert(CollectionSpec spec, List<Point> points) throws IOException {
    for (int from = 0; from < points.size(); from += UPSERT_PAGE) {
      upsertPage(spec, points.subList(from, Math.min(points.size(), from + UPSERT_PAGE)));
    }
  }

  private void upsertPage(CollectionSpec spec, List<Point> points) throws IOException {
    record Replacement(UUID id, Document document) {}
    // Here and not under the lock: most of the work of many callers is done side by side.
    List<Replacement> replacements = new ArrayList<>(points.size());
    points.forEach(point -> replacements.add(new Replacement(point.chunkId(), PointDocuments.of(point))));
    commits.perform(index -> {
      index.ensure(spec);
      for (Replacement replacement : replacements) {
        index.toChange().updateDocument(PointDocuments.idTerm(replacement.id()), replacement.document());
      }
    });
  }

  void delete(List<Query> selections) throws IOException {
    commits.perform(index -> {
      if (index.dimension() != WriterSession.MISSING) {
        for (Query selection : selections) {
          delete(index, selection);
        }
      }
    });
  }

  /** Deletes nothing twice: a sweeper asks again for what is long gone, and an empty commit costs as much as a full one. */
  private static void delete(WriterSession index, Query selection) throws IOException {
    if (!index.touched()) {
      try (SearcherLease lease = SearcherLease.of(index.searchers())) {
        if (lease.searcher().count(selection) == 0) {
          return;
        }
      }
    }
    index.toChange().deleteDocuments(selection);
  }

  /** Indexes a document's points again where their attributes differ; nothing is written if none do. */
  void updateAttributes(UUID tenantId, UUID documentId, PointAttributes attributes) throws IOException {
    Query document = PointQueries.document(tenantId, documentId);
    commits.perform(index -> {
      if (index.dimension() != WriterSession.MISSING) {
        rewrite(index, document, attributes);
      }
    });
  }

  /** Nobody can replace a point between read and write: this is the one thread that changes the index. */
  private static void rewrite(WriterSession index, Query document, PointAttributes attributes) throws IOException {
    SearcherManager searchers = index.searchersOfNow();
    IndexSearcher searcher = searchers.acquire();
    try {
      Optional<UUID> after = Optional.empty();
      List<Point> page;
      do {
        page = PointReads.page(searcher, document, after, REWRITE_PAGE);
        for (Point point : page) {
          after = Optional.of(point.chunkId());
          if (!point.attributes().equals(attributes)) {
            index.toChange().updateDocument(PointDocuments.idTerm(point.chunkId()),
                PointDocuments.of(point.with(attributes)));
          }
        }
      } while (page.size() == REWRITE_PAGE);
    } finally {
      searchers.release(searcher);
    }
  }

  /** A searcher on everything that is durable, or {@code null} if the collection does not exist. */
  @Nullable
  SearcherLease lease() throws IOException {
    if (!exists()) {
      return null;
    }
    try {
      return SearcherLease.of(session().searchers());
    } catch (AlreadyClosedException e) {
      // The session was closed between the two calls; the next one starts from the last commit.
      return SearcherLease.of(session().searchers());
    }
  }

  /** Opens the index if it is closed or has failed, so that a fault on disk heals without a restart. */
  WriterSession session() throws IOException {
    lastUse = System.nanoTime();
    WriterSession current = session;
    if (current != null && current.usable()) {
      return current;
    }
    synchronized (this) {
      if (shutDown) {
        throw new AlreadyClosedException("the store is closed");
      }
      current = session;
      if (current == null || !current.usable()) {
        IOUtils.closeWhileHandlingException(current);
        current = new WriterSession(directory);
        dimension = current.dimension();
        session = current;
      }
    }
    openIndexes.opened(this);
    return current;
  }

  /** Opens the index again if it has failed. */
  void heal() throws IOException {
    WriterSession current = session;
    if (current != null && !current.usable()) {
      session();
    }
  }

  boolean isOpen() {
    return session != null;
  }

  int waiting() {
    return commits.waiting();
  }

  long lastUse() {
    return lastUse;
  }

  /** Closes the index until it is needed again; false if it is being changed now. */
  boolean rest() throws IOException {
    return commits.runIfIdle(this::close);
  }

  /** Closes for good; a call that comes late must not open the index again without the lock of the folder. */
  synchronized void shutDown() throws IOException {
    shutDown = true;
    close();
  }

  private synchronized void close() throws IOException {
    WriterSession current = session;
    session = null;
    IOUtils.close(current);
  }
}
