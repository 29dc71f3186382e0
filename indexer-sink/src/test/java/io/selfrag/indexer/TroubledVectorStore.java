package io.selfrag.indexer;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointAttributes;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.SearchResult;
import io.selfrag.vectorstore.VectorStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** A real store with trouble on its way: calls of one kind can fail before or after they are done, and all can be slow. */
final class TroubledVectorStore implements VectorStore {
  private final VectorStore store;
  private final AtomicInteger met = new AtomicInteger();
  private volatile Trouble trouble = Trouble.NONE;
  private volatile Duration delay = Duration.ZERO;

  /** Where the trouble is. */
  enum Trouble {
    NONE, AWAY, BEFORE_UPSERT, AFTER_UPSERT, BEFORE_DELETE, AFTER_DELETE, BEFORE_REFRESH, AFTER_REFRESH
  }

  TroubledVectorStore(VectorStore store) {
    this.store = store;
  }

  /** From now on; forgets how often the one before was met. */
  void trouble(Trouble now) {
    met.set(0);
    trouble = now;
  }

  void delay(Duration eachCall) {
    delay = eachCall;
  }

  /** How often a call has failed since the trouble began. */
  int met() {
    return met.get();
  }

  private <T> T call(Trouble before, Trouble after, Supplier<T> work) {
    LockSupport.parkNanos(delay.toNanos());
    failIn(Trouble.AWAY);
    failIn(before);
    T result = work.get();
    failIn(after);
    return result;
  }

  private void write(Trouble before, Trouble after, Runnable work) {
    call(before, after, () -> {
      work.run();
      return true;
    });
  }

  private <T> T read(Supplier<T> work) {
    LockSupport.parkNanos(delay.toNanos());
    failIn(Trouble.AWAY);
    return work.get();
  }

  private void failIn(Trouble here) {
    if (trouble == here) {
      met.incrementAndGet();
      throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "trouble on purpose: " + here);
    }
  }

  @Override
  public void ensureCollection(CollectionSpec collection) {
    write(Trouble.BEFORE_UPSERT, Trouble.AWAY, () -> store.ensureCollection(collection));
  }

  @Override
  public void dropCollection(String collection) {
    write(Trouble.BEFORE_DELETE, Trouble.AFTER_DELETE, () -> store.dropCollection(collection));
  }

  @Override
  public List<String> collections() {
    return read(store::collections);
  }

  @Override
  public void upsert(CollectionSpec collection, List<Point> points) {
    write(Trouble.BEFORE_UPSERT, Trouble.AFTER_UPSERT, () -> store.upsert(collection, points));
  }

  @Override
  public void updateAttributes(CollectionSpec collection, UUID tenantId, UUID documentId, PointAttributes attributes) {
    write(Trouble.BEFORE_REFRESH, Trouble.AFTER_REFRESH,
        () -> store.updateAttributes(collection, tenantId, documentId, attributes));
  }

  @Override
  public void delete(CollectionSpec collection, PointSelection selection) {
    write(Trouble.BEFORE_DELETE, Trouble.AFTER_DELETE, () -> store.delete(collection, selection));
  }

  @Override
  public void deleteAll(CollectionSpec collection, List<PointSelection> selections) {
    write(Trouble.BEFORE_DELETE, Trouble.AFTER_DELETE, () -> store.deleteAll(collection, selections));
  }

  @Override
  public SearchResult search(CollectionSpec collection, SearchRequest request) {
    return read(() -> store.search(collection, request));
  }

  @Override
  public Set<UUID> tenants(CollectionSpec collection) {
    return read(() -> store.tenants(collection));
  }

  @Override
  public long count(CollectionSpec collection, PointSelection selection) {
    return read(() -> store.count(collection, selection));
  }

  @Override
  public List<Point> scroll(CollectionSpec collection, PointSelection selection, Optional<UUID> after, int limit) {
    return read(() -> store.scroll(collection, selection, after, limit));
  }

  @Override
  public void check() {
    read(() -> {
      store.check();
      return true;
    });
  }

  /** The real one belongs to the test. */
  @Override
  public void close() {}
}
