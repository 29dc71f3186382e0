package io.selfrag.vectorstore.qdrant;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CollectionDescription;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionOperationResponse;
import io.qdrant.client.grpc.Collections.CollectionParams;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.DeleteCollection;
import io.qdrant.client.grpc.Collections.GetCollectionInfoRequest;
import io.qdrant.client.grpc.Collections.GetCollectionInfoResponse;
import io.qdrant.client.grpc.Collections.ListCollectionsRequest;
import io.qdrant.client.grpc.Collections.ListCollectionsResponse;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.BatchResult;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.CountResponse;
import io.qdrant.client.grpc.Points.CountResult;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.FacetHit;
import io.qdrant.client.grpc.Points.FacetResponse;
import io.qdrant.client.grpc.Points.FacetValue;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.GetResponse;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.QueryBatchPoints;
import io.qdrant.client.grpc.Points.QueryBatchResponse;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.SetPayloadPoints;
import io.qdrant.client.grpc.Points.UpdateMode;
import io.qdrant.client.grpc.Points.UpdateResult;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.PointsGrpc;
import io.qdrant.client.grpc.QdrantGrpc;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckReply;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Qdrant in memory, as far as the adapter uses it: it keeps and finds points by exact scans, and remembers every request, so
 * that a build without a server still holds the adapter to the contract and to the shape of its requests.
 */
final class QdrantStub implements AutoCloseable {
  static final Metadata.Key<String> API_KEY = Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);

  final List<Object> requests = new CopyOnWriteArrayList<>();
  final List<String> apiKeys = new CopyOnWriteArrayList<>();
  final List<Boolean> hadDeadline = new CopyOnWriteArrayList<>();
  /** What the next calls fail with, one each. */
  final Queue<Status> failures = new ConcurrentLinkedQueue<>();
  volatile UpdateStatus updateStatus = UpdateStatus.Completed;

  private final Map<String, StoredCollection> collections = new ConcurrentHashMap<>();
  private final Server server;

  QdrantStub() {
    try {
      server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create()).maxInboundMessageSize(32 << 20)
          .addService(new CollectionsService()).addService(new PointsService()).addService(new HealthService())
          .intercept(new Recorder()).build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI url() {
    return URI.create("http://localhost:" + server.getPort());
  }

  <T> List<T> requests(Class<T> type) {
    return requests.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private <T> void answer(Object request, StreamObserver<T> observer, Supplier<T> answer) {
    requests.add(request);
    Status failure = failures.poll();
    try {
      if (failure != null) {
        throw failure.asRuntimeException();
      }
      T value = answer.get();
      observer.onNext(value);
      observer.onCompleted();
    } catch (RuntimeException e) {
      observer.onError(e);
    }
  }

  private StoredCollection collection(String name) {
    StoredCollection collection = collections.get(name);
    if (collection == null) {
      throw Status.NOT_FOUND.withDescription("Not found: Collection `" + name + "` doesn't exist!")
          .asRuntimeException();
    }
    return collection;
  }

  private final class Recorder implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers,
        ServerCallHandler<Q, A> next) {
      apiKeys.add(String.valueOf(headers.get(API_KEY)));
      hadDeadline.add(Context.current().getDeadline() != null);
      return Contexts.interceptCall(Context.current(), call, headers, next);
    }
  }

  private static final class StoredCollection {
    private final CreateCollection created;
    private final Map<String, PayloadSchemaInfo> indexes = new TreeMap<>();
    private final TreeMap<String, PointStruct> points = new TreeMap<>();

    StoredCollection(CreateCollection created) {
      this.created = created;
    }

    /** As a server in strict mode does it: every key of a filter must have an index. */
    synchronized List<PointStruct> matching(Filter filter) {
      StubFilters.requireIndexes(filter, "", indexes.keySet());
      return points.values().stream()
          .filter(point -> StubFilters.matches(filter, point.getId().getUuid(), point.getPayloadMap())).toList();
    }
  }

  private final class HealthService extends QdrantGrpc.QdrantImplBase {
    @Override
    public void healthCheck(HealthCheckRequest request, StreamObserver<HealthCheckReply> observer) {
      answer(request, observer, HealthCheckReply::getDefaultInstance);
    }
  }

  private final class CollectionsService extends CollectionsGrpc.CollectionsImplBase {
    @Override
    public void get(GetCollectionInfoRequest request, StreamObserver<GetCollectionInfoResponse> observer) {
      answer(request, observer, () -> {
        StoredCollection collection = collection(request.getCollectionName());
        var params = CollectionParams.newBuilder().setVectorsConfig(collection.created.getVectorsConfig());
        synchronized (collection) {
          return GetCollectionInfoResponse.newBuilder()
              .setResult(CollectionInfo.newBuilder().setConfig(CollectionConfig.newBuilder().setParams(params))
                  .putAllPayloadSchema(collection.indexes))
              .build();
        }
      });
    }

    @Override
    public void list(ListCollectionsRequest request, StreamObserver<ListCollectionsResponse> observer) {
      answer(request, observer, () -> ListCollectionsResponse.newBuilder().addAllCollections(
          collections.keySet().stream().map(name -> CollectionDescription.newBuilder().setName(name).build()).toList())
          .build());
    }

    @Override
    public void create(CreateCollection request, StreamObserver<CollectionOperationResponse> observer) {
      answer(request, observer, () -> {
        if (collections.putIfAbsent(request.getCollectionName(), new StoredCollection(request)) != null) {
          throw Status.ALREADY_EXISTS
              .withDescription("Wrong input: Collection `" + request.getCollectionName() + "` already exists!")
              .asRuntimeException();
        }
        return CollectionOperationResponse.newBuilder().setResult(true).build();
      });
    }

    @Override
    public void delete(DeleteCollection request, StreamObserver<CollectionOperationResponse> observer) {
      answer(request, observer, () -> CollectionOperationResponse.newBuilder()
          .setResult(collections.remove(request.getCollectionName()) != null).build());
    }
  }

  private final class PointsService extends PointsGrpc.PointsImplBase {
    @Override
    public void createFieldIndex(CreateFieldIndexCollection request, StreamObserver<PointsOperationResponse> observer) {
      change(request, observer, request.getCollectionName(),
          collection -> collection.indexes.put(request.getFieldName(), PayloadSchemaInfo.getDefaultInstance()));
    }

    @Override
    public void upsert(UpsertPoints request, StreamObserver<PointsOperationResponse> observer) {
      change(request, observer, request.getCollectionName(), collection -> {
        request.getPointsList().forEach(point -> StubPoints.validate(point, collection.created));
        request.getPointsList().stream()
            .filter(point -> request.getUpdateMode() != UpdateMode.UpdateOnly
                || collection.points.containsKey(point.getId().getUuid()))
            .forEach(point -> collection.points.put(point.getId().getUuid(), point));
      });
    }

    @Override
    public void delete(DeletePoints request, StreamObserver<PointsOperationResponse> observer) {
      change(request, observer, request.getCollectionName(), collection -> collection
          .matching(request.getPoints().getFilter())
          .forEach(point -> collection.points.remove(point.getId().getUuid())));
    }

    @Override
    public void setPayload(SetPayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
      change(request, observer, request.getCollectionName(),
          collection -> collection.matching(request.getPointsSelector().getFilter())
              .forEach(point -> collection.points.put(point.getId().getUuid(),
                  point.toBuilder().putAllPayload(request.getPayloadMap()).build())));
    }

    @Override
    public void count(CountPoints request, StreamObserver<CountResponse> observer) {
      answer(request, observer, () -> CountResponse.newBuilder().setResult(
          CountResult.newBuilder()
              .setCount(collection(request.getCollectionName()).matching(request.getFilter()).size()))
          .build());
    }

    @Override
    public void facet(FacetCounts request, StreamObserver<FacetResponse> observer) {
      answer(request, observer, () -> {
        var counts = collection(request.getCollectionName()).matching(request.getFilter()).stream()
            .collect(Collectors.groupingBy(it -> it.getPayloadOrThrow(request.getKey()).getStringValue(),
                TreeMap::new, Collectors.counting()));
        return FacetResponse.newBuilder().addAllHits(counts.entrySet().stream().limit(request.getLimit())
            .map(it -> FacetHit.newBuilder().setValue(FacetValue.newBuilder().setStringValue(it.getKey()))
                .setCount(it.getValue()).build())
            .toList()).build();
      });
    }

    @Override
    public void scroll(ScrollPoints request, StreamObserver<ScrollResponse> observer) {
      answer(request, observer, () -> {
        var rest = collection(request.getCollectionName()).matching(request.getFilter()).stream()
            .filter(point -> !request.hasOffset()
                || point.getId().getUuid().compareTo(request.getOffset().getUuid()) >= 0)
            .toList();
        var page = ScrollResponse.newBuilder().addAllResult(rest.stream().limit(request.getLimit())
            .map(it -> StubPoints.retrieved(it, request.getWithPayload(), request.getWithVectors())).toList());
        rest.stream().skip(request.getLimit()).findFirst().ifPresent(it -> page.setNextPageOffset(it.getId()));
        return page.build();
      });
    }

    @Override
    public void get(GetPoints request, StreamObserver<GetResponse> observer) {
      answer(request, observer, () -> {
        StoredCollection collection = collection(request.getCollectionName());
        synchronized (collection) {
          return GetResponse.newBuilder().addAllResult(request.getIdsList().stream()
              .map(id -> collection.points.get(id.getUuid())).filter(Objects::nonNull)
              .map(it -> StubPoints.retrieved(it, request.getWithPayload(), request.getWithVectors())).toList())
              .build();
        }
      });
    }

    @Override
    public void queryBatch(QueryBatchPoints request, StreamObserver<QueryBatchResponse> observer) {
      answer(request, observer, () -> {
        StoredCollection collection = collection(request.getCollectionName());
        return QueryBatchResponse.newBuilder()
            .addAllResult(request.getQueryPointsList().stream().map(query -> run(collection, query)).toList()).build();
      });
    }

    private void change(Object request, StreamObserver<PointsOperationResponse> observer, String name,
        java.util.function.Consumer<StoredCollection> change) {
      answer(request, observer, () -> {
        StoredCollection collection = collection(name);
        synchronized (collection) {
          change.accept(collection);
        }
        return PointsOperationResponse.newBuilder().setResult(UpdateResult.newBuilder().setStatus(updateStatus))
            .build();
      });
    }
  }

  private static BatchResult run(StoredCollection collection, QueryPoints query) {
    List<PointStruct> matching = collection.matching(query.getFilter());
    List<PointStruct> all = collection.matching(Filter.getDefaultInstance());
    List<ScoredPoint> scored = new ArrayList<>();
    for (PointStruct point : matching) {
      float score = StubScores.score(query, point, all);
      if (query.getUsing().equals(PointPayloads.DENSE) || score > 0) {
        scored.add(ScoredPoint.newBuilder().setId(point.getId()).setScore(score)
            .putAllPayload(StubPoints.selected(point.getPayloadMap(), query.getWithPayload())).build());
      }
    }
    Stream<ScoredPoint> best = scored.stream().sorted(Comparator.comparing(ScoredPoint::getScore).reversed())
        .limit(query.getLimit());
    return BatchResult.newBuilder().addAllResult(best.toList()).build();
  }
}
