package io.selfrag.vectorstore.lucene;

import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointAttributes;
import io.selfrag.vectorstore.VectorChecks;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * One collection in the process that writes it. It exists iff its last commit names a dimension: dropping is one commit that
 * deletes all points and the name, so that a crash leaves either all or nothing, and a reader elsewhere never meets a folder that
 * was removed and made anew.
 */
final class LuceneCollection {
  private static final String DIMENSION = "dimension";
  private static final int MISSING = 0;
  private static final int REWRITE_PAGE = 200;

  private final Directory directory;
  /** Shared by writes, exclusive for what reads before it writes; held until the write is durable. */
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private volatile int dimension;
  private volatile @Nullable WriterSession session;
  /** Guarded by this. */
  private boolean shutDown;

  LuceneCollection(Directory directory) throws IOException {
    this.directory = directory;
    dimension = dimension(directory);
  }

  /** The dimension that the last commit names, or 0 if there is no such collection. */
  static int dimension(Directory directory) throws IOException {
    return DirectoryReader.indexExists(directory)
        ? dimension(SegmentInfos.readLatestCommit(directory).getUserData())
        : MISSING;
  }

  static int dimension(Map<String, String> properties) {
    return Integer.parseInt(properties.getOrDefault(DIMENSION, String.valueOf(MISSING)));
  }

  boolean exists() {
    return dimension != MISSING;
  }

  void ensure(CollectionSpec spec) throws IOException {
    if (!exists()) {
      lock.writeLock().lock();
      try {
        if (!exists()) {
          session().commit(Map.of(DIMENSION, String.valueOf(spec.dimension())));
          dimension = spec.dimension();
        }
      } finally {
        lock.writeLock().unlock();
      }
    }
    VectorChecks.checkDimension(spec, dimension);
  }

  void drop() throws IOException {
    lock.writeLock().lock();
    try {
      if (exists()) {
        WriterSession current = session();
        current.writer().deleteAll();
        current.commit(Map.of());
        dimension = MISSING;
        close();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  void upsert(CollectionSpec spec, List<Point> points) throws IOException {
    while (true) {
      ensure(spec);
      lock.readLock().lock();
      try {
        // A drop may have come in between.
        if (exists()) {
          WriterSession current = session();
          for (Point point : points) {
            current.writer().updateDocument(PointDocuments.idTerm(point.chunkId()), PointDocuments.of(point));
          }
          current.makeDurable();
          return;
        }
      } finally {
        lock.readLock().unlock();
      }
    }
  }

  void delete(Query selection) throws IOException {
    lock.readLock().lock();
    try {
      if (exists()) {
        WriterSession current = session();
        current.writer().deleteDocuments(selection);
        current.makeDurable();
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Indexes a document's points again where their attributes differ; nothing is written if none do. */
  void updateAttributes(UUID tenantId, UUID documentId, PointAttributes attributes) throws IOException {
    lock.writeLock().lock();
    try {
      if (!exists()) {
        return;
      }
      // No write is under way, so the last refresh has everything; nobody can replace a point between read and write.
      WriterSession current = session();
      boolean changed = rewrite(current, PointQueries.document(tenantId, documentId), attributes);
      if (changed) {
        current.makeDurable();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private static boolean rewrite(WriterSession session, Query document, PointAttributes attributes) throws IOException {
    IndexSearcher searcher = session.searchers().acquire();
    try {
      boolean changed = false;
      Optional<UUID> after = Optional.empty();
      List<Point> page;
      do {
        page = PointReads.page(searcher, document, after, REWRITE_PAGE);
        for (Point point : page) {
          after = Optional.of(point.chunkId());
          if (!point.attributes().equals(attributes)) {
            changed = true;
            session.writer().updateDocument(PointDocuments.idTerm(point.chunkId()), PointDocuments.of(
                new Point(point.chunkId(), point.key(), point.ordinal(), point.vector(), point.indexText(),
                    attributes)));
          }
        }
      } while (page.size() == REWRITE_PAGE);
      return changed;
    } finally {
      session.searchers().release(searcher);
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
      // The session failed between the two calls; the next one starts from the last commit.
      return SearcherLease.of(session().searchers());
    }
  }

  /** Opens the index if it is closed or has failed, so that a fault on disk heals without a restart. */
  WriterSession session() throws IOException {
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
        session = current;
      }
      return current;
    }
  }

  /** Closes for good; a call that comes late must not open the index again without the lock of the folder. */
  synchronized void shutDown() throws IOException {
    shutDown = true;
    close();
  }

  private synchronized void close() throws IOException {
    IOUtils.close(session);
    session = null;
  }
}
