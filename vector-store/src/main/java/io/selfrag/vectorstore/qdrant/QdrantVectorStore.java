package io.selfrag.vectorstore.qdrant;

import io.qdrant.client.PointIdFactory;
import io.qdrant.client.QueryFactory;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Collections.CollectionDescription;
import io.qdrant.client.grpc.Collections.DeleteCollection;
import io.qdrant.client.grpc.Collections.ListCollectionsRequest;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.Query;
import io.qdrant.client.grpc.Points.QueryBatchPoints;
import io.qdrant.client.grpc.Points.QueryBatchResponse;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.SetPayloadPoints;
import io.qdrant.client.grpc.Points.UpdateMode;
import io.qdrant.client.grpc.Points.UpdateResult;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.Points.WriteOrdering;
import io.qdrant.client.grpc.Points.WriteOrderingType;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckReply;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckRequest;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointAttributes;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.SearchResult;
import io.selfrag.vectorstore.SearchResult.Hit;
import io.selfrag.vectorstore.VectorChecks;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.analysis.SparseVector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The store of a deployment: a Qdrant server, version 1.16 or newer. Every write waits until it is applied; both legs of a
 * search travel in one request, each with the whole filter. Does not retry: its callers know how long they may.
 */
public final class QdrantVectorStore implements VectorStore {
  /** Far below the 32 MB that Qdrant accepts, so that no proxy on the way minds either. */
  private static final int MAX_REQUEST_BYTES = 8 << 20;
  private static final int MAX_REQUEST_POINTS = 500;
  /** Keeps the filter of one request small enough for a server that limits them. */
  private static final int MAX_REQUEST_SELECTIONS = 50;
  /** Of one collection, far more than there will be. */
  private static final int MAX_TENANTS = 1_000_000;
  /**
   * All replicas apply the writes of one point in the same order; on a single server it changes nothing. Without it, a replica
   * may apply a delete before the upsert that it is about.
   */
  private static final WriteOrdering ORDERED = WriteOrdering.newBuilder().setType(WriteOrderingType.Medium).build();

  /** The answer where the collection is missing. */
  private static final PointsOperationResponse NOTHING_TO_DO = PointsOperationResponse.newBuilder()
      .setResult(UpdateResult.newBuilder().setStatus(UpdateStatus.Completed)).build();

  private final QdrantConnection connection;
  private final CollectionSchema schema;
  private final OutdatedTitles titles;

  /** Connects with the first call, not here. */
  public QdrantVectorStore(QdrantSettings settings) {
    connection = new QdrantConnection(settings);
    schema = new CollectionSchema(connection);
    titles = new OutdatedTitles(connection);
  }

  @Override
  public void ensureCollection(CollectionSpec collection) {
    schema.ensure(collection);
  }

  @Override
  public void dropCollection(String collection) {
    var request = DeleteCollection.newBuilder().setCollectionName(collection).build();
    connection.call(() -> connection.collections().delete(request).getResult(), () -> false);
  }

  @Override
  public List<String> collections() {
    var request = ListCollectionsRequest.getDefaultInstance();
    return connection.call(() -> connection.collections().list(request).getCollectionsList().stream()
        .map(CollectionDescription::getName).sorted().toList(), List::of);
  }

  @Override
  public void upsert(CollectionSpec collection, List<Point> points) {
    VectorChecks.check(collection, points);
    send(collection, points, UpdateMode.Upsert, () -> {
      schema.ensure(collection);
      return false;
    });
  }

  /** Says whether the collection is still missing, once it was. */
  private interface IfMissing {
    boolean stays();
  }

  private void send(CollectionSpec collection, List<Point> points, UpdateMode mode, IfMissing ifMissing) {
    Iterator<Point> rest = points.iterator();
    var request = UpsertPoints.newBuilder().setCollectionName(collection.name()).setWait(true)
        .setOrdering(ORDERED).setUpdateMode(mode);
    int bytes = 0;
    while (rest.hasNext()) {
      PointStruct point = PointPayloads.of(rest.next());
      boolean full = request.getPointsCount() == MAX_REQUEST_POINTS
          || bytes + point.getSerializedSize() > MAX_REQUEST_BYTES;
      if (full && request.getPointsCount() > 0) {
        send(request.build(), ifMissing);
        request.clearPoints();
        bytes = 0;
      }
      request.addPoints(point);
      bytes += point.getSerializedSize();
    }
    if (request.getPointsCount() > 0) {
      send(request.build(), ifMissing);
    }
  }

  private void send(UpsertPoints request, IfMissing ifMissing) {
    applied(connection.call(() -> connection.writes().upsert(request), () -> ifMissing.stays()
        ? NOTHING_TO_DO
        : connection.call(() -> connection.writes().upsert(request), () -> {
          throw connection.dropped(request.getCollectionName());
        })));
  }

  @Override
  public void updateAttributes(CollectionSpec collection, UUID tenantId, UUID documentId, PointAttributes attributes) {
    // What is purged meanwhile does not come back; a server before 1.17 does not know that, and the second purge is for that.
    titles.forEach(collection, tenantId, documentId, attributes.title(), points -> send(collection,
        points.stream().map(it -> it.with(attributes)).toList(), UpdateMode.UpdateOnly, () -> true));
    var request = SetPayloadPoints.newBuilder().setCollectionName(collection.name()).setWait(true)
        .setOrdering(ORDERED).setPointsSelector(where(PayloadFilters.document(tenantId, documentId)))
        .putAllPayload(PointPayloads.attributes(attributes)).build();
    applied(connection.call(() -> connection.writes().setPayload(request), () -> NOTHING_TO_DO));
  }

  @Override
  public void delete(CollectionSpec collection, PointSelection selection) {
    delete(collection, PayloadFilters.selection(selection));
  }

  @Override
  public void deleteAll(CollectionSpec collection, List<PointSelection> selections) {
    for (int from = 0; from < selections.size(); from += MAX_REQUEST_SELECTIONS) {
      delete(collection, PayloadFilters.selections(
          selections.subList(from, Math.min(selections.size(), from + MAX_REQUEST_SELECTIONS))));
    }
  }

  private void delete(CollectionSpec collection, Filter filter) {
    var request = DeletePoints.newBuilder().setCollectionName(collection.name()).setWait(true).setOrdering(ORDERED)
        .setPoints(where(filter)).build();
    applied(connection.call(() -> connection.writes().delete(request), () -> NOTHING_TO_DO));
  }

  /** A server that is busy may answer that it has the write and will do it: then no search may rely on it yet. */
  private static void applied(PointsOperationResponse response) {
    UpdateStatus status = response.getResult().getStatus();
    if (status != UpdateStatus.Completed) {
      throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "Qdrant has not applied a write in time: " + status);
    }
  }

  @Override
  public SearchResult search(CollectionSpec collection, SearchRequest request) {
    Filter filter = PayloadFilters.filter(request.filter());
    var legs = QueryBatchPoints.newBuilder().setCollectionName(collection.name());
    float[] vector = request.vector();
    if (vector != null) {
      VectorChecks.check(collection, vector);
      legs.addQueryPoints(
          leg(collection, PointPayloads.DENSE, QueryFactory.nearest(vector), filter, request.limit()));
    }
    SparseVector words = request.words() == null ? null : SparseVector.ofQuestion(request.words());
    boolean hasWords = words != null && !words.isEmpty();
    if (words != null && hasWords) {
      Query query = QueryFactory.nearest(PointPayloads.floats(words.values()), PointPayloads.integers(words.indices()));
      legs.addQueryPoints(leg(collection, PointPayloads.BM25, query, filter, request.limit()));
    }
    if (legs.getQueryPointsCount() == 0) {
      return new SearchResult(List.of(), List.of());
    }
    QueryBatchResponse found = connection.call(() -> connection.reads().queryBatch(legs.build()),
        QueryBatchResponse::getDefaultInstance);
    List<List<Hit>> hits = new ArrayList<>();
    found.getResultList().forEach(leg -> hits.add(leg.getResultList().stream().map(PointPayloads::hit).toList()));
    Iterator<List<Hit>> answers = hits.iterator();
    return new SearchResult(vector != null && answers.hasNext() ? answers.next() : List.of(),
        hasWords && answers.hasNext() ? answers.next() : List.of());
  }

  private static QueryPoints leg(CollectionSpec collection, String vector, Query query, Filter filter, int limit) {
    return QueryPoints.newBuilder().setCollectionName(collection.name()).setUsing(vector).setQuery(query)
        .setFilter(filter).setLimit(limit).setWithPayload(
            WithPayloadSelectorFactory.include(List.of(PointPayloads.DOCUMENT, PointPayloads.KNOWLEDGE_BASE)))
        .build();
  }

  @Override
  public long count(CollectionSpec collection, PointSelection selection) {
    var request = CountPoints.newBuilder().setCollectionName(collection.name())
        .setFilter(PayloadFilters.selection(selection)).setExact(true).build();
    return connection.call(() -> connection.reads().count(request).getResult().getCount(), () -> 0L);
  }

  @Override
  public List<Point> scroll(CollectionSpec collection, PointSelection selection, Optional<UUID> after, int limit) {
    // Qdrant starts a page at an id, the port after one.
    var request = ScrollPoints.newBuilder().setCollectionName(collection.name())
        .setFilter(PayloadFilters.selection(selection)).setLimit(limit + (after.isPresent() ? 1 : 0))
        .setWithPayload(WithPayloadSelectorFactory.enable(true))
        .setWithVectors(WithVectorsSelectorFactory.include(List.of(PointPayloads.DENSE)));
    after.ifPresent(id -> request.setOffset(PointIdFactory.id(id)));
    return connection.call(() -> connection.reads().scroll(request.build()).getResultList().stream()
        .map(PointPayloads::point).filter(point -> after.isEmpty() || !point.chunkId().equals(after.get())).limit(limit)
        .toList(), List::of);
  }

  @Override
  public Set<UUID> tenants(CollectionSpec collection) {
    var request = FacetCounts.newBuilder().setCollectionName(collection.name()).setKey(PointPayloads.TENANT)
        .setLimit(MAX_TENANTS).setExact(true).build();
    return connection.call(() -> connection.reads().facet(request).getHitsList().stream()
        .map(hit -> UUID.fromString(hit.getValue().getStringValue())).collect(Collectors.toSet()), Set::of);
  }

  @Override
  public void check() {
    connection.call(() -> connection.health().healthCheck(HealthCheckRequest.getDefaultInstance()),
        HealthCheckReply::getDefaultInstance);
  }

  @Override
  public void close() {
    connection.close();
  }

  private static PointsSelector where(Filter filter) {
    return PointsSelector.newBuilder().setFilter(filter).build();
  }
}
