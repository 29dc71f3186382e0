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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.store.NRTCachingDirectory;
import org.apache.lucene.util.IOConsumer;
import org.apache.lucene.util.IORunnable;
import org.apache.lucene.util.IOUtils;

/**
 * The store of one machine: Lucene indexes under a folder, of which this process is the only writer. A write that has returned
 * is committed to disk and survives a kill; concurrent writes share commits, so that many small ones cost little more than one.
 * After a fault of the disk the store works again as soon as the disk does, with everything that was acknowledged.
 */
public final class LuceneVectorStore implements VectorStore {
  /** Indexes open at once; each maps some dozens of files, of which Linux allows a process 65,530. */
  private static final int MAX_OPEN = 64;
  /** A segment of some 50 points or fewer is written to disk once, as one file, and not first in a dozen parts. */
  private static final double CACHED_SEGMENT_MB = 2;
  private static final double CACHE_MB = 8;

  private final IndexFolder folder;
  private final DirectoryOpener directories;
  private final Lock writeLock;
  private final OpenIndexes openIndexes;
  private final ExecutorService syncs = Executors.newVirtualThreadPerTaskExecutor();
  private final ConcurrentHashMap<String, LuceneCollection> collections = new ConcurrentHashMap<>();

  private LuceneVectorStore(IndexFolder folder, DirectoryOpener directories, Lock writeLock, int maxOpen)
      throws IOException {
    this.folder = folder;
    this.directories = directories;
    this.writeLock = writeLock;
    openIndexes = new OpenIndexes(maxOpen);
    for (String name : folder.subFolders()) {
      collections.put(name, open(name));
    }
  }

  /** Opens a folder for writing and reading, creating it if needed; refused if another process writes it. */
  public static LuceneVectorStore open(Path path) {
    return open(path, new IndexFolder(path)::open, MAX_OPEN);
  }

  /** Opens a folder that another process writes, or will write; every search sees all that was acknowledged before it. */
  public static VectorStore readOnly(Path path) {
    return new LuceneReadOnlyVectorStore(new IndexFolder(path), MAX_OPEN);
  }

  static LuceneVectorStore open(Path path, DirectoryOpener directories, int maxOpen) {
    var folder = new IndexFolder(path);
    return folder.call(() -> {
      Files.createDirectories(path);
      Lock lock = lock(path);
      try {
        return new LuceneVectorStore(folder, directories, lock, maxOpen);
      } catch (IOException | RuntimeException e) {
        IOUtils.closeWhileHandlingException(lock);
        throw e;
      }
    });
  }

  static Lock lock(Path path) throws IOException {
    try (Directory root = FSDirectory.open(path)) {
      return root.obtainLock("write.lock");
    } catch (LockObtainFailedException e) {
      throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "the index folder " + path
          + " is being written by another process, and only one may; stop that one, or use QDRANT_URL instead", e);
    }
  }

  @Override
  public void ensureCollection(CollectionSpec collection) {
    write(() -> forWriting(collection.name()).ensure(collection));
  }

  @Override
  public void dropCollection(String collection) {
    writeIfThere(collection, LuceneCollection::drop);
  }

  @Override
  public List<String> collections() {
    return collections.entrySet().stream().filter(entry -> entry.getValue().exists()).map(Map.Entry::getKey).sorted()
        .toList();
  }

  @Override
  public void upsert(CollectionSpec collection, List<Point> points) {
    VectorChecks.check(collection, points);
    write(() -> forWriting(collection.name()).upsert(collection, points));
  }

  @Override
  public void updateAttributes(CollectionSpec collection, UUID tenantId, UUID documentId, PointAttributes attributes) {
    writeIfThere(collection.name(), it -> it.updateAttributes(tenantId, documentId, attributes));
  }

  @Override
  public void delete(CollectionSpec collection, PointSelection selection) {
    deleteAll(collection, List.of(selection));
  }

  @Override
  public void deleteAll(CollectionSpec collection, List<PointSelection> selections) {
    writeIfThere(collection.name(), it -> it.delete(selections.stream().map(PointQueries::selection).toList()));
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
    folder.call(() -> {
      writeLock.ensureValid();
      for (LuceneCollection collection : collections.values()) {
        collection.heal();
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

  /** Indexes that are open now. */
  int openCount() {
    return openIndexes.count();
  }

  /** Writers of a collection that wait for a commit to end. */
  int waiting(String collection) {
    LuceneCollection known = collections.get(collection);
    return known == null ? 0 : known.waiting();
  }

  private void write(IORunnable write) {
    folder.call(() -> {
      write.run();
      return true;
    });
  }

  private void writeIfThere(String name, IOConsumer<LuceneCollection> change) {
    LuceneCollection collection = collections.get(name);
    if (collection != null && collection.exists()) {
      write(() -> change.accept(collection));
    }
  }

  private <T> T read(CollectionSpec spec, T ifMissing, Read<T> read) {
    LuceneCollection collection = collections.get(spec.name());
    if (collection == null) {
      return ifMissing;
    }
    return folder.call(() -> {
      try (SearcherLease lease = collection.lease()) {
        return lease == null ? ifMissing : read.from(lease);
      }
    });
  }

  private LuceneCollection forWriting(String name) throws IOException {
    try {
      return collections.computeIfAbsent(name, missing -> {
        try {
          return open(missing);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    } catch (UncheckedIOException e) {
      throw new IOException("cannot open collection " + name, e);
    }
  }

  private LuceneCollection open(String name) throws IOException {
    var onDisk = new OnceSyncedDirectory(directories.open(name), syncs);
    return new LuceneCollection(new NRTCachingDirectory(onDisk, CACHED_SEGMENT_MB, CACHE_MB), openIndexes);
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
}
