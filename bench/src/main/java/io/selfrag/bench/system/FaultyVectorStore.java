package io.selfrag.bench.system;

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
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** A store that can be taken away and slowed down; while it is away, every other write is done and then said to have failed. */
public final class FaultyVectorStore implements VectorStore {
  private final VectorStore store;
  private volatile boolean away;
  private volatile Duration delay = Duration.ZERO;
  private volatile Halt halt = Halt.NEVER;
  private boolean done;

  public FaultyVectorStore(VectorStore store) {
    this.store = store;
  }

  void away(boolean isAway) {
    away = isAway;
  }

  /** When the process is to end at once, as by a kill -9. */
  enum Halt {
    NEVER, BEFORE_UPSERT, AFTER_UPSERT
  }

  void halt(Halt when) {
    halt = when;
  }

  private void haltIf(Halt now) {
    if (halt == now) {
      Runtime.getRuntime().halt(137);
    }
  }

  void delay(Duration eachCall) {
    delay = eachCall;
  }

  private <T> T call(Supplier<T> work) {
    LockSupport.parkNanos(delay.toNanos());
    if (away) {
      throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "the store was taken away");
    }
    return work.get();
  }

  private void write(Runnable work) {
    LockSupport.parkNanos(delay.toNanos());
    if (away) {
      if (everySecond()) {
        work.run();
      }
      throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "the store was taken away");
    }
    work.run();
  }

  private synchronized boolean everySecond() {
    done = !done;
    return done;
  }

  @Override
  public void ensureCollection(CollectionSpec collection) {
    write(() -> store.ensureCollection(collection));
  }

  @Override
  public void dropCollection(String collection) {
    write(() -> store.dropCollection(collection));
  }

  @Override
  public List<String> collections() {
    return call(store::collections);
  }

  @Override
  public void upsert(CollectionSpec collection, List<Point> points) {
    haltIf(Halt.BEFORE_UPSERT);
    write(() -> store.upsert(collection, points));
    haltIf(Halt.AFTER_UPSERT);
  }

  @Override
  public void updateAttributes(CollectionSpec collection, UUID tenantId, UUID documentId, PointAttributes attributes) {
    write(() -> store.updateAttributes(collection, tenantId, documentId, attributes));
  }

  @Override
  public void delete(CollectionSpec collection, PointSelection selection) {
    write(() -> store.delete(collection, selection));
  }

  @Override
  public void deleteAll(CollectionSpec collection, List<PointSelection> selections) {
    write(() -> store.deleteAll(collection, selections));
  }

  @Override
  public SearchResult search(CollectionSpec collection, SearchRequest request) {
    return call(() -> store.search(collection, request));
  }

  @Override
  public Set<UUID> tenants(CollectionSpec collection) {
    return call(() -> store.tenants(collection));
  }

  @Override
  public long count(CollectionSpec collection, PointSelection selection) {
    return call(() -> store.count(collection, selection));
  }

  @Override
  public List<Point> scroll(CollectionSpec collection, PointSelection selection, Optional<UUID> after, int limit) {
    return call(() -> store.scroll(collection, selection, after, limit));
  }

  @Override
  public void check() {
    call(() -> {
      store.check();
      return true;
    });
  }

  @Override
  public void close() {
    store.close();
  }
}
