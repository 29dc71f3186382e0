package io.selfrag.vectorstore.qdrant;

import static io.selfrag.vectorstore.Fixtures.ACME;
import static io.selfrag.vectorstore.Fixtures.COLLECTION;
import static io.selfrag.vectorstore.Fixtures.MANUALS;
import static io.selfrag.vectorstore.Fixtures.direction;
import static io.selfrag.vectorstore.Fixtures.id;
import static io.selfrag.vectorstore.Fixtures.point;
import static io.selfrag.vectorstore.Fixtures.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.Modifier;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.FieldType;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.QueryBatchPoints;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.SetPayloadPoints;
import io.qdrant.client.grpc.Points.UpdateMode;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.Points.WriteOrderingType;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Fixtures;
import io.selfrag.vectorstore.MetadataCondition;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointAttributes;
import io.selfrag.vectorstore.PointFilter;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.SearchRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes over the wire to Qdrant, held without a Qdrant. */
class QdrantRequestShapesTest {
  private QdrantStub server;
  private QdrantVectorStore store;

  @BeforeEach
  void open() {
    server = new QdrantStub();
    store = new QdrantVectorStore(QdrantSettings.of(server.url(), "secret-key"));
  }

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  @Test
  void collectionHasNamedDenseAndIdfWeightedSparseVectors() {
    store.ensureCollection(COLLECTION);

    CreateCollection created = server.requests(CreateCollection.class).getFirst();
    var dense = created.getVectorsConfig().getParamsMap().getMapOrThrow("dense");
    assertThat(dense.getSize()).isEqualTo(8);
    assertThat(dense.getDistance()).isEqualTo(Distance.Dot);
    assertThat(created.getSparseVectorsConfig().getMapOrThrow("bm25").getModifier()).isEqualTo(Modifier.Idf);
  }

  @Test
  void everyFilteredKeyIsIndexedAndTheTenantAsTenant() {
    store.ensureCollection(COLLECTION);
    store.ensureCollection(COLLECTION);

    var indexes = server.requests(CreateFieldIndexCollection.class);
    assertThat(indexes).extracting(CreateFieldIndexCollection::getFieldName).containsExactly("tenant_id",
        "knowledge_base_id", "document_id", "generation", "revision", "attempt", "sensitivity", "acl_terms",
        "metadata_terms", "metadata_numbers[].field", "metadata_numbers[].value");
    assertThat(indexes).allMatch(CreateFieldIndexCollection::getWait);
    assertThat(indexes.get(1).getFieldType()).isEqualTo(FieldType.FieldTypeUuid);
    assertThat(indexes.getLast().getFieldType()).isEqualTo(FieldType.FieldTypeFloat);
    assertThat(indexes.getFirst().getFieldType()).isEqualTo(FieldType.FieldTypeKeyword);
    assertThat(indexes.getFirst().getFieldIndexParams().getKeywordIndexParams().getIsTenant()).isTrue();
    assertThat(server.requests(CreateCollection.class)).hasSize(1);
  }

  @Test
  void upsertWaitsAndCarriesBothVectorsAndTypedPayload() {
    store.ensureCollection(COLLECTION);

    store.upsert(COLLECTION, List.of(point(1, version(id(7), 2, 1_800_000_000_000_001L, 3), "two words",
        Fixtures.attributes(Map.of("year", 2026L, "part", 0.5, "nested", Map.of("key", "x"))))));

    UpsertPoints request = server.requests(UpsertPoints.class).getFirst();
    assertThat(request.getWait()).isTrue();
    assertThat(request.getOrdering().getType()).isEqualTo(WriteOrderingType.Medium);
    PointStruct point = request.getPoints(0);
    assertThat(point.getId().getUuid()).isEqualTo(id(100_001).toString());
    assertThat(point.getVectors().getVectors().getVectorsOrThrow("dense").getDense().getDataCount()).isEqualTo(8);
    assertThat(point.getVectors().getVectors().getVectorsOrThrow("bm25").getSparse().getIndicesCount()).isEqualTo(2);
    Map<String, Value> payload = point.getPayloadMap();
    assertThat(payload.get("tenant_id").getStringValue()).isEqualTo(ACME.toString());
    assertThat(payload.get("generation").getIntegerValue()).isEqualTo(2);
    assertThat(payload.get("revision").getIntegerValue()).isEqualTo(1_800_000_000_000_001L);
    assertThat(payload.get("attempt").getIntegerValue()).isEqualTo(3);
    var metadata = payload.get("metadata").getStructValue();
    assertThat(metadata.getFieldsOrThrow("year").getIntegerValue()).isEqualTo(2026);
    assertThat(metadata.getFieldsOrThrow("part").getDoubleValue()).isEqualTo(0.5);
    assertThat(metadata.getFieldsOrThrow("nested").getStructValue().getFieldsOrThrow("key").getStringValue())
        .isEqualTo("x");
  }

  @Test
  void textWithoutWordsHasNoSparseVector() {
    store.ensureCollection(COLLECTION);

    store.upsert(COLLECTION, List.of(point(1, "")));

    assertThat(server.requests(UpsertPoints.class).getFirst().getPoints(0).getVectors().getVectors().getVectorsMap())
        .containsOnlyKeys("dense");
  }

  @Test
  void largeUpsertsAreSplitByCountAndBySize() {
    store.ensureCollection(COLLECTION);
    List<Point> many = IntStream.range(0, 1200).mapToObj(i -> point(i, "word")).toList();
    List<Point> heavy = IntStream.range(0, 30).mapToObj(i -> point(i, "x".repeat(1_000_000) + i)).toList();

    store.upsert(COLLECTION, many);
    store.upsert(COLLECTION, heavy);

    var requests = server.requests(UpsertPoints.class);
    assertThat(requests).extracting(UpsertPoints::getPointsCount).startsWith(500, 500, 200);
    assertThat(requests.stream().mapToInt(UpsertPoints::getPointsCount).sum()).isEqualTo(1230);
    assertThat(requests).allMatch(request -> request.getSerializedSize() < 9_000_000);
    assertThat(requests.size()).isLessThan(10);
  }

  @Test
  void bothLegsTravelInOneRequestEachWithTheWholeFilter() {
    store.ensureCollection(COLLECTION);
    var filter = new PointFilter(ACME, List.of(new PointFilter.Scope(MANUALS, 4)), List.of(id(5)),
        List.of(new MetadataCondition.Range("päge no", 1.0, null)),
        new PointFilter.Viewer("ann", List.of("editor"), List.of(), "internal"));

    store.search(COLLECTION, SearchRequest.ofText(filter, direction(1), "two words", 7));

    QueryBatchPoints batch = server.requests(QueryBatchPoints.class).getFirst();
    assertThat(server.requests(QueryBatchPoints.class)).hasSize(1);
    assertThat(batch.getQueryPointsList()).extracting(QueryPoints::getUsing).containsExactly("dense", "bm25");
    assertThat(batch.getQueryPointsList()).allMatch(leg -> leg.getLimit() == 7)
        .allMatch(leg -> leg.getFilter().equals(batch.getQueryPoints(0).getFilter()));
    assertThat(batch.getQueryPoints(0).getQuery().getNearest().getDense().getDataCount()).isEqualTo(8);
    assertThat(batch.getQueryPoints(1).getQuery().getNearest().getSparse().getValuesList()).containsExactly(1f, 1f);
    Filter sent = batch.getQueryPoints(0).getFilter();
    assertThat(sent.getMust(0).getField().getKey()).isEqualTo("tenant_id");
    assertThat(sent.getMust(0).getField().getMatch().getKeyword()).isEqualTo(ACME.toString());
    assertThat(sent.getMustList()).extracting(Condition::getField).extracting(field -> field.getKey())
        .containsExactly("tenant_id", "", "document_id", "", "sensitivity", "acl_terms");
    var range = sent.getMust(3).getNested();
    assertThat(range.getKey()).isEqualTo("metadata_numbers");
    assertThat(range.getFilter().getMust(0).getField().getMatch().getKeyword()).isEqualTo("e:päge no");
    assertThat(range.getFilter().getMust(1).getField().getKey()).isEqualTo("value");
    assertThat(range.getFilter().getMust(1).getField().getRange().getGte()).isEqualTo(1);
  }

  @Test
  void everyFilterNamesTheTenant() {
    store.ensureCollection(COLLECTION);
    PointSelection all = new PointSelection.OfKnowledgeBase(ACME, MANUALS);

    store.delete(COLLECTION, all);
    store.count(COLLECTION, all);
    store.updateAttributes(COLLECTION, ACME, id(1), Fixtures.PUBLIC);

    DeletePoints delete = server.requests(DeletePoints.class).getFirst();
    assertThat(delete.getWait()).isTrue();
    assertThat(delete.getOrdering().getType()).isEqualTo(WriteOrderingType.Medium);
    assertTenant(delete.getPoints().getFilter());
    CountPoints count = server.requests(CountPoints.class).getFirst();
    assertThat(count.getExact()).isTrue();
    assertTenant(count.getFilter());
    SetPayloadPoints update = server.requests(SetPayloadPoints.class).getFirst();
    assertThat(update.getWait()).isTrue();
    assertThat(update.getOrdering().getType()).isEqualTo(WriteOrderingType.Medium);
    assertTenant(update.getPointsSelector().getFilter());
    assertThat(update.getPayloadMap()).containsOnlyKeys("sensitivity", "language", "acl_users", "acl_roles",
        "acl_groups", "acl_terms", "metadata", "metadata_terms", "metadata_numbers");
  }

  @Test
  void onlyPointsOfAnotherTitleAreReadAndWrittenWholeAndNoneComesBack() {
    store.ensureCollection(COLLECTION);
    var old = new PointAttributes("old", "public", List.of(), List.of(), List.of(), "en", Map.of());
    var now = new PointAttributes("now", "public", List.of(), List.of(), List.of(), "en", Map.of());
    store.upsert(COLLECTION, List.of(point(1, version(id(1), 1, 10, 0), "word", old),
        point(2, version(id(1), 1, 11, 0), "word", now)));

    store.updateAttributes(COLLECTION, ACME, id(1), now);

    ScrollPoints look = server.requests(ScrollPoints.class).getFirst();
    assertTenant(look.getFilter());
    assertThat(look.getWithPayload().getInclude().getFieldsList()).containsExactly("title");
    assertThat(look.getWithVectors().getEnable()).isFalse();
    assertThat(server.requests(GetPoints.class).getFirst().getIdsList()).extracting(PointId::getUuid)
        .containsExactly(id(100_001).toString());
    UpsertPoints again = server.requests(UpsertPoints.class).getLast();
    assertThat(again.getUpdateMode()).isEqualTo(UpdateMode.UpdateOnly);
    assertThat(again.getWait()).isTrue();
    assertThat(again.getPointsList()).extracting(it -> it.getId().getUuid()).containsExactly(id(100_001).toString());
    assertThat(again.getPoints(0).getPayloadOrThrow("title").getStringValue()).isEqualTo("now");
    assertThat(server.requests(UpsertPoints.class).getFirst().getUpdateMode()).isEqualTo(UpdateMode.Upsert);
  }

  @Test
  void manyDeletesTravelInFewRequestsEachNamingItsTenant() {
    store.ensureCollection(COLLECTION);
    List<PointSelection> selections = IntStream.range(0, 120)
        .<PointSelection>mapToObj(i -> new PointSelection.OfDocument(ACME, MANUALS, id(i))).toList();

    store.deleteAll(COLLECTION, selections);

    var requests = server.requests(DeletePoints.class);
    assertThat(requests).hasSize(3).allMatch(DeletePoints::getWait);
    assertThat(requests.getFirst().getPoints().getFilter().getShouldList()).hasSize(50)
        .allSatisfy(one -> assertTenant(one.getFilter()));
  }

  @Test
  void writeThatIsNotYetAppliedIsNotAcknowledged() {
    store.ensureCollection(COLLECTION);
    for (UpdateStatus status : List.of(UpdateStatus.Acknowledged, UpdateStatus.WaitTimeout,
        UpdateStatus.ClockRejected)) {
      server.updateStatus = status;

      for (Runnable write : List.<Runnable>of(() -> store.upsert(COLLECTION, List.of(point(1, "word"))),
          () -> store.delete(COLLECTION, new PointSelection.OfTenant(ACME)),
          () -> store.updateAttributes(COLLECTION, ACME, id(1), Fixtures.PUBLIC))) {
        assertThatThrownBy(write::run).isInstanceOfSatisfying(SelfRagException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
      }
    }
  }

  @Test
  void creationByAnotherProcessIsWaitedFor() {
    // What a server says between another client's creation and the start of the collection's shards.
    server.failures.add(Status.NOT_FOUND.withDescription("Not found: Collection `c` doesn't exist!"));
    server.failures.add(Status.ALREADY_EXISTS);
    server.failures.add(Status.INTERNAL.withDescription("Service internal error: 0 of 0 read operations failed"));

    store.ensureCollection(COLLECTION);

    assertThat(server.requests(CreateFieldIndexCollection.class)).hasSize(11);
  }

  @Test
  void collectionThatIsStillBeingDroppedIsWaitedFor() {
    server.failures.add(Status.NOT_FOUND);
    server.failures.add(Status.INVALID_ARGUMENT.withDescription(
        "Wrong input: Can't create collection with name c. Collection data already exists at ./storage/collections/c"));

    store.ensureCollection(COLLECTION);

    assertThat(store.collections()).containsExactly(COLLECTION.name());
  }

  @Test
  void keyAndDeadlineGoWithEveryCall() {
    store.ensureCollection(COLLECTION);
    store.upsert(COLLECTION, List.of(point(1, "word")));
    store.search(COLLECTION, Fixtures.byWords(Fixtures.everything(), "word"));
    store.check();

    assertThat(server.apiKeys).isNotEmpty().containsOnly("secret-key");
    assertThat(server.hadDeadline).containsOnly(true);
  }

  @Test
  void failuresOfTheServerAreTransientAndOursAreNot() {
    store.ensureCollection(COLLECTION);
    for (Status status : List.of(Status.UNAVAILABLE, Status.RESOURCE_EXHAUSTED, Status.INTERNAL, Status.ABORTED,
        Status.UNAUTHENTICATED, Status.DEADLINE_EXCEEDED)) {
      assertThat(codeAfter(status)).as(status.toString()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    }
    assertThat(codeAfter(Status.INVALID_ARGUMENT.withDescription("Format error in JSON body")))
        .isEqualTo(ErrorCode.INTERNAL_ERROR);
    assertThat(codeAfter(
        Status.INVALID_ARGUMENT.withDescription("Wrong input: Vector dimension error: expected dim: 8, got 16")))
        .isEqualTo(ErrorCode.WRONG_DIMENSION);
  }

  @Test
  void serverThatIsAwayIsUnavailable() {
    server.close();

    assertThatThrownBy(store::check).isInstanceOfSatisfying(SelfRagException.class, failure -> {
      assertThat(failure.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
      assertThat(failure.detail()).doesNotContain("secret-key");
    });
  }

  @Test
  void addressMayBeIpv6() {
    Assumptions.assumeTrue(hasIpv6(), "this machine has no ::1");
    URI url = URI.create("http://[::1]:" + server.url().getPort());
    try (var overIpv6 = new QdrantVectorStore(QdrantSettings.of(url, null))) {
      overIpv6.check();
    }
  }

  @Test
  void settingsFindTheGrpcPort() {
    assertThat(port("http://qdrant:6333", null)).isEqualTo(6334);
    assertThat(port("http://qdrant", null)).isEqualTo(6334);
    assertThat(port("https://cloud.example:6333", null)).isEqualTo(6334);
    assertThat(port("http://qdrant:7334", null)).isEqualTo(7334);
    assertThat(port("http://qdrant:6333", 9999)).isEqualTo(9999);
    assertThat(QdrantSettings.of(URI.create("https://q"), "secret-key").tls()).isTrue();
    assertThat(QdrantSettings.of(URI.create("http://q"), "secret-key").toString()).doesNotContain("secret-key");
    assertThat(port("http://[::1]:6333", null)).isEqualTo(6334);
    for (String url : List.of("https://host/qdrant", "https://ann:secret-key@host")) {
      assertThatThrownBy(() -> QdrantSettings.of(URI.create(url), null)).isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("QDRANT_URL").hasMessageNotContaining("secret-key");
    }
    assertThatThrownBy(() -> QdrantSettings.of(URI.create("qdrant:6333"), null))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("http://host:6333");
  }

  private static boolean hasIpv6() {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress("::1", 0));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int port(String url, Integer grpcPort) {
    return new QdrantSettings(URI.create(url), grpcPort, null, Duration.ofSeconds(1), Duration.ofSeconds(1))
        .effectiveGrpcPort();
  }

  private ErrorCode codeAfter(Status status) {
    server.failures.add(status);
    try {
      store.upsert(new CollectionSpec(COLLECTION.name(), 8), List.of(point(1, "word")));
      throw new AssertionError("the failure did not surface");
    } catch (SelfRagException e) {
      return e.code();
    }
  }

  private static void assertTenant(Filter filter) {
    assertThat(filter.getMust(0).getField().getKey()).isEqualTo("tenant_id");
    assertThat(filter.getMust(0).getField().getMatch().getKeyword()).isEqualTo(ACME.toString());
  }
}
