package io.selfrag.vectorstore.lucene;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointAttributes;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.SearchResult;
import io.selfrag.vectorstore.VectorChecks;
import io.selfrag.vectorstore.VectorStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;

/**
 * The store of one machine: Lucene indexes under a folder, of which this process is the only writer. A write that has returned
 * is committed to disk and survives a kill; concurrent writes share commits, so many small ones cost little more than one.
 * After a fault of the disk the store works again as soon as the disk does, with everything that was acknowledged.
 */
public final class LuceneVectorStore implements VectorStore {
  private final IndexFolder folder;
  private final DirectoryOpener directories;
  private final Lock writeLock;
  private final ConcurrentHashMap<String, LuceneCollection> collections = new ConcurrentHashMap<>();

  LuceneVectorStore(IndexFolder folder, DirectoryOpener directories, Lock writeLock) {
    this.folder = folder;
    this.directories = directories;
    this.writeLock = writeLock;
  }

  /** Opens a folder for writing and reading, creating it if needed; refused if another process writes it. */
  public static LuceneVectorStore open(Path path) {
    var folder = new IndexFolder(path);
    return open(path, folder::open);
  }

  /** Opens a folder that another process writes, or will write; every search sees all that was acknowledged before it. */
  public static VectorStore readOnly(Path path) {
    return new LuceneReadOnlyVectorStore(new IndexFolder(path));
  }

  static LuceneVectorStore open(Path path, DirectoryOpener directories) {
    var folder = new IndexFolder(path);
    return folder.call(() -> {
      Files.createDirectories(path);
      try (Directory root = FSDirectory.open(path)) {
        return new LuceneVectorStore(folder, directories, root.obtainLock("write.lock"));
      } catch (LockObtainFailedException e) {
        throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "the index folder " + path
            + " is being written by another process, and only one may; stop that one, or use QDRANT_URL instead", e);
      }
    });
  }

  @Override
  public void ensureCollection(CollectionSpec collection) {
    write(() -> collection(collection.name()).ensure(collection));
  }

  @Override
  public void dropCollection(String collection) {
    if (folder.has(collection)) {
      write(() -> collection(collection).drop());
    }
  }

  @Override
  public List<String> collections() {
    return folder.call(folder::collections);
  }

  @Override
  public void upsert(CollectionSpec collection, List<Point> points) {
    VectorChecks.check(collection, points);
    write(() -> collection(collection.name()).upsert(collection, points));
  }

  @Override
  public void updateAttributes(CollectionSpec collection, UUID tenantId, UUID documentId, PointAttributes attributes) {
    if (folder.has(collection.name())) {
      write(() -> collection(collection.name()).updateAttributes(tenantId, documentId, attributes));
    }
  }

  @Override
  public void delete(CollectionSpec collection, PointSelection selection) {
    if (folder.has(collection.name())) {
      write(() -> collection(collection.name()).delete(PointQueries.selection(selection)));
    }
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
    folder.call(() -> {
      writeLock.ensureValid();
      for (LuceneCollection collection : collections.values()) {
        if (collection.exists()) {
          collection.session();
        }
      }
      return true;
    });
  }

  @Override
  public void close() {
    folder.call(() -> {
      for (LuceneCollection collection : collections.values()) {
        collection.shutDown();
      }
      writeLock.close();
      return true;
    });
  }

  private void write(Write write) {
    folder.call(() -> {
      write.run();
      return true;
    });
  }

  private <T> T read(CollectionSpec collection, T ifMissing, Read<T> read) {
    if (!folder.has(collection.name())) {
      return ifMissing;
    }
    return folder.call(() -> {
      try (SearcherLease lease = collection(collection.name()).lease()) {
        return lease == null ? ifMissing : read.from(lease);
      }
    });
  }

  private LuceneCollection collection(String name) throws IOException {
    try {
      return collections.computeIfAbsent(name, missing -> {
        try {
          return new LuceneCollection(directories.open(missing));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    } catch (UncheckedIOException e) {
      throw new IOException("cannot open collection " + name, e);
    }
  }

  /** Where a collection's files are. */
  @FunctionalInterface
  interface DirectoryOpener {
    Directory open(String collection) throws IOException;
  }

  /** Something read from one state of an index. */
  @FunctionalInterface
  interface Read<T> {
    T from(SearcherLease lease) throws IOException;
  }

  /** A change of an index. */
  @FunctionalInterface
  private interface Write {
    void run() throws IOException;
  }
}
