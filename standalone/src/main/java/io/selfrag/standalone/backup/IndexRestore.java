package io.selfrag.standalone.backup;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreCalls;
import io.selfrag.catalog.backup.BackupException;
import io.selfrag.catalog.index.KeptChunks;
import io.selfrag.vectorstore.CollectionNames;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointFilter;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.copy.CollectionCopy;
import io.selfrag.vectorstore.copy.IndexCopy;
import io.selfrag.vectorstore.settings.IndexCopies;
import io.selfrag.vectorstore.settings.VectorStoreSettings;
import io.selfrag.vectorstore.settings.VectorStores;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The vector store's part of a restore. Where the backup's copy cannot be used the store is left empty, and the rows give all of it
 * back: slower, and to the same end.
 */
final class IndexRestore implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final int SAMPLE = 100;
  /** Chunks of the very same text have the very same vector; it must be among so many. */
  private static final int HITS = 1000;

  private final @Nullable VectorStoreSettings settings;
  private final @Nullable IndexCopy store;
  private final @Nullable IndexDump dump;
  private final Path backup;
  private final String unused;

  private IndexRestore(@Nullable VectorStoreSettings settings, @Nullable IndexCopy store, @Nullable IndexDump dump,
      Path backup, String unused) {
    this.settings = settings;
    this.store = store;
    this.dump = unused.isEmpty() ? dump : null;
    this.backup = backup;
    this.unused = unused;
  }

  /**
   * Decides whether the backup's copy is used.
   *
   * @param settings of the store; empty where nobody named it: then it is not touched
   * @param leftOut by the operator
   */
  static IndexRestore of(Optional<VectorStoreSettings> settings, @Nullable IndexDump dump, Path backup,
      boolean leftOut) {
    if (settings.isEmpty()) {
      return new IndexRestore(null, null, dump, backup,
          "The vector store is not named (QDRANT_URL, or VECTOR_STORE and LUCENE_PATH) and stays as it is.");
    }
    var store = IndexCopies.open(settings.get());
    try {
      return new IndexRestore(settings.get(), store, dump, backup,
          leftOut ? "The index was left out." : obstacle(store, dump, backup));
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private static String obstacle(IndexCopy store, @Nullable IndexDump dump, Path backup) {
    if (dump == null || !dump.isIn(backup)) {
      return "The backup has no index.";
    }
    if (!dump.store().equals(store.store())) {
      return "The backup's index is of " + dump.store() + ", and this system has " + store.store() + ".";
    }
    return store.reads(dump.version())
        ? ""
        : "The backup's index is of " + dump.store() + " " + dump.version() + ", which " + store.version()
            + " does not take.";
  }

  /** Whether the backup's copy goes back. */
  boolean isUsed() {
    return dump != null;
  }

  /** Why it does not; empty if it does. */
  String unused() {
    return unused;
  }

  /** @throws BackupException if a file of the copy is damaged */
  void verify() throws IOException {
    if (dump != null) {
      dump.verify(backup);
    }
  }

  /** @throws BackupException if the store has collections of ours, and they may not go */
  void requireEmpty(boolean overwrite) {
    var there = store == null || overwrite ? List.<String>of() : store.collections();
    if (!there.isEmpty()) {
      throw new BackupException(
          "The vector store is not empty: it has " + there.size() + " collections. Restore into an"
              + " empty one, or give --force to remove what is there.",
          null);
    }
  }

  /**
   * Puts the copy in the place of what is there.
   *
   * @param withOthers whether collections that are not in the copy stay
   */
  void run(boolean withOthers) throws IOException {
    if (store == null) {
      return;
    }
    if (!withOthers) {
      var kept = copies().stream().map(CollectionCopy::collection).collect(Collectors.toSet());
      store.collections().stream().filter(it -> !kept.contains(it)).forEach(store::remove);
    }
    for (CollectionCopy copy : copies()) {
      store.restore(copy, IndexDump.folder(backup, copy.collection()));
    }
  }

  /** Tenants that have collections of their own in the copy. */
  List<UUID> owners() {
    return copies().stream().flatMap(it -> CollectionNames.tenant(it.collection()).stream()).distinct().toList();
  }

  private List<CollectionCopy> copies() {
    return dump == null ? List.of() : dump.collections();
  }

  /**
   * Counts the points, and searches with the vector of one of each collection.
   *
   * @return what was found, as a sentence
   * @throws BackupException if the index is not what was copied
   */
  String prove(CatalogDatabase database) {
    long points = 0;
    for (CollectionCopy copy : copies()) {
      long there = Objects.requireNonNull(store).points(copy.collection());
      if (copy.points() != null && copy.points() != there) {
        throw new BackupException(
            "The index came back with " + there + " points in " + copy.collection() + " instead of "
                + copy.points() + ": restore with --no-index --force.",
            null);
      }
      points += there;
    }
    long found = 0;
    try (VectorStore searched = VectorStores.open(Objects.requireNonNull(settings))) {
      for (CollectionCopy copy : copies()) {
        found += isFound(searched, new CollectionSpec(copy.collection(), copy.dimension()), database) ? 1 : 0;
      }
    }
    return "The index came back: " + copies().size() + " collections, " + points + " points; sample searches in "
        + found + " of them found their chunks.";
  }

  /** False if there is nothing to search for. */
  private static boolean isFound(VectorStore store, CollectionSpec collection, CatalogDatabase database) {
    var sample = sample(store, collection, database);
    if (sample.isEmpty()) {
      return false;
    }
    var key = sample.get().key();
    var filter = new PointFilter(key.tenantId(),
        List.of(new PointFilter.Scope(key.knowledgeBaseId(), key.generation())), List.of(), List.of(), null);
    var hits = store.search(collection, SearchRequest.of(filter, sample.get().vector(), null, HITS)).dense();
    if (hits.stream().noneMatch(it -> it.chunkId().equals(sample.get().chunkId()))) {
      throw new BackupException("The index came back, but a search in " + collection.name() + " does not find chunk "
          + sample.get().chunkId() + ": restore with --no-index --force.", null);
    }
    return true;
  }

  /** A point whose chunk is in the database. */
  private static Optional<Point> sample(VectorStore store, CollectionSpec collection, CatalogDatabase database) {
    var points = new ArrayList<Point>();
    store.tenants(collection).stream().limit(SAMPLE).forEach(tenant -> points
        .addAll(store.scroll(collection, new PointSelection.OfTenant(tenant), Optional.empty(), SAMPLE / 10)));
    var ids = points.stream().map(Point::chunkId).toList();
    List<UUID> rows = List.copyOf(StoreCalls.get(new KeptChunks(database).existing(ids), LIMIT));
    return points.stream().filter(it -> rows.contains(it.chunkId())).findFirst();
  }

  @Override
  public void close() {
    if (store != null) {
      store.close();
    }
  }
}
