package io.selfrag.vectorstore;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.selfrag.schemas.SelfRagException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Times a store: {@code selfrag.index.duration{store,outcome}} for each call that writes and
 * {@code selfrag.search.duration{store}} for each search. The outcome is {@code success} or the code of the failure in lower
 * case.
 */
public final class InstrumentedVectorStore implements VectorStore {
  private final VectorStore store;
  private final String name;
  private final MeterRegistry metrics;
  private final Timer searches;

  /** {@code name} is the kind of store, such as {@code lucene} or {@code qdrant}. */
  public InstrumentedVectorStore(VectorStore store, String name, MeterRegistry metrics) {
    this.store = store;
    this.name = name;
    this.metrics = metrics;
    searches = Timer.builder("selfrag.search.duration").description("one search, both legs").tag("store", name)
        .publishPercentileHistogram().register(metrics);
  }

  @Override
  public void ensureCollection(CollectionSpec collection) {
    store.ensureCollection(collection);
  }

  @Override
  public void dropCollection(String collection) {
    timed(() -> store.dropCollection(collection));
  }

  @Override
  public List<String> collections() {
    return store.collections();
  }

  @Override
  public void upsert(CollectionSpec collection, List<Point> points) {
    timed(() -> store.upsert(collection, points));
  }

  @Override
  public void updateAttributes(CollectionSpec collection, UUID tenantId, UUID documentId, PointAttributes attributes) {
    timed(() -> store.updateAttributes(collection, tenantId, documentId, attributes));
  }

  @Override
  public void delete(CollectionSpec collection, PointSelection selection) {
    timed(() -> store.delete(collection, selection));
  }

  @Override
  public void deleteAll(CollectionSpec collection, List<PointSelection> selections) {
    timed(() -> store.deleteAll(collection, selections));
  }

  @Override
  public SearchResult search(CollectionSpec collection, SearchRequest request) {
    Timer.Sample started = Timer.start(metrics);
    try {
      return store.search(collection, request);
    } finally {
      started.stop(searches);
    }
  }

  @Override
  public long count(CollectionSpec collection, PointSelection selection) {
    return store.count(collection, selection);
  }

  @Override
  public List<Point> scroll(CollectionSpec collection, PointSelection selection, Optional<UUID> after, int limit) {
    return store.scroll(collection, selection, after, limit);
  }

  @Override
  public Set<UUID> tenants(CollectionSpec collection) {
    return store.tenants(collection);
  }

  @Override
  public void check() {
    store.check();
  }

  @Override
  public void close() {
    store.close();
  }

  private void timed(Runnable write) {
    Timer.Sample started = Timer.start(metrics);
    String outcome = "internal_error";
    try {
      write.run();
      outcome = "success";
    } catch (SelfRagException e) {
      outcome = e.code().name().toLowerCase(Locale.ROOT);
      throw e;
    } finally {
      started.stop(Timer.builder("selfrag.index.duration").description("one write, acknowledged").tag("store", name)
          .tag("outcome", outcome).publishPercentileHistogram().register(metrics));
    }
  }
}
