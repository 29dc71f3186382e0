package io.selfrag.vectorstore;

import static io.selfrag.vectorstore.Fixtures.ACME;
import static io.selfrag.vectorstore.Fixtures.COLLECTION;
import static io.selfrag.vectorstore.Fixtures.GLOBEX;
import static io.selfrag.vectorstore.Fixtures.MANUALS;
import static io.selfrag.vectorstore.Fixtures.NEWS;
import static io.selfrag.vectorstore.Fixtures.PUBLIC;
import static io.selfrag.vectorstore.Fixtures.attributes;
import static io.selfrag.vectorstore.Fixtures.byVector;
import static io.selfrag.vectorstore.Fixtures.byWords;
import static io.selfrag.vectorstore.Fixtures.direction;
import static io.selfrag.vectorstore.Fixtures.everything;
import static io.selfrag.vectorstore.Fixtures.id;
import static io.selfrag.vectorstore.Fixtures.point;
import static io.selfrag.vectorstore.Fixtures.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.SearchResult.Hit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store keeps: writes, deletes, counts and pages. Filters and ranking are in {@link VectorStoreSearchContract}. */
public abstract class VectorStoreContract {
  private static final PointSelection ALL_OF_ACME = new PointSelection.OfTenant(ACME);

  /** The store under test, open. */
  protected abstract VectorStore store();

  /** Removes everything from it. */
  protected abstract void clear();

  @BeforeEach
  void startEmpty() {
    clear();
    store().ensureCollection(COLLECTION);
  }

  @Test
  void pointIsFoundRightAfterItsUpsertReturned() {
    for (int i = 0; i < 60; i++) {
      store().upsert(COLLECTION, List.of(point(i, "needle" + i)));

      SearchResult found = store().search(COLLECTION,
          SearchRequest.ofText(everything(), direction(i), "needle" + i, 1));

      assertThat(found.dense()).extracting(Hit::chunkId).containsExactly(id(100_000 + i));
      assertThat(found.bm25()).extracting(Hit::chunkId).containsExactly(id(100_000 + i));
    }
  }

  @Test
  void upsertOfTheSameIdReplaces() {
    store().upsert(COLLECTION, List.of(point(1, "first words")));

    store().upsert(COLLECTION, List.of(point(1, "other text")));

    assertThat(store().count(COLLECTION, ALL_OF_ACME)).isEqualTo(1);
    assertThat(store().search(COLLECTION, byWords(everything(), "first")).bm25()).isEmpty();
    assertThat(store().search(COLLECTION, byWords(everything(), "other")).bm25()).hasSize(1);
  }

  @Test
  void laterPointOfOneCallWins() {
    store().upsert(COLLECTION, List.of(point(1, "first"), point(1, "second")));

    assertThat(store().scroll(COLLECTION, ALL_OF_ACME, Optional.empty(), 10)).extracting(Point::indexText)
        .containsExactly("second");
  }

  @Test
  void selectionsNameExactlyTheirPoints() {
    UUID document = id(1);
    UUID other = id(2);
    store().upsert(COLLECTION, List.of(
        point(1, version(document, 1, 10, 0), "a", PUBLIC), point(2, version(document, 1, 10, 1), "a", PUBLIC),
        point(3, version(document, 1, 11, 0), "a", PUBLIC), point(4, version(document, 2, 10, 0), "a", PUBLIC),
        point(5, version(other, 1, 10, 0), "a", PUBLIC),
        point(6, new VersionKey(ACME, NEWS, document, 1, 10, 0), "a", PUBLIC),
        point(7, new VersionKey(GLOBEX, MANUALS, document, 1, 10, 0), "a", PUBLIC)));

    assertThat(numbers(ALL_OF_ACME)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(numbers(new PointSelection.OfTenant(GLOBEX))).containsExactly(7L);
    assertThat(numbers(new PointSelection.OfKnowledgeBase(ACME, MANUALS))).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(numbers(new PointSelection.OfGeneration(ACME, MANUALS, 1))).containsExactly(1L, 2L, 3L, 5L);
    assertThat(numbers(new PointSelection.OfDocument(ACME, MANUALS, document))).containsExactly(1L, 2L, 3L, 4L);
    assertThat(numbers(new PointSelection.OfPoints(ACME, Set.of(id(100_002), id(100_005), id(100_007), id(9)))))
        .containsExactly(2L, 5L);
    assertThat(numbers(new PointSelection.OfPoints(ACME, Set.of()))).isEmpty();
    assertThat(numbers(new PointSelection.OfVersion(version(document, 1, 10, 1)))).containsExactly(2L);
    assertThat(numbers(new PointSelection.OfOlderVersions(version(document, 1, 10, 0)))).isEmpty();
    assertThat(numbers(new PointSelection.OfOlderVersions(version(document, 1, 10, 1)))).containsExactly(1L);
    assertThat(numbers(new PointSelection.OfOlderVersions(version(document, 1, 11, 0)))).containsExactly(1L, 2L);
    assertThat(numbers(new PointSelection.OfOlderVersions(version(document, 1, 12, 0)))).containsExactly(1L, 2L, 3L);
  }

  @Test
  void theTenantsOfACollectionAreThoseWithPointsInIt() {
    store().upsert(COLLECTION, List.of(point(1, "a"), point(2, "b"),
        point(3, new VersionKey(GLOBEX, MANUALS, id(1), 1, 10, 0), "a", PUBLIC)));

    assertThat(store().tenants(COLLECTION)).containsExactlyInAnyOrder(ACME, GLOBEX);
    assertThat(store().tenants(new CollectionSpec("missing_8", 8))).isEmpty();
  }

  @Test
  void revisionsInMicrosecondsAreToldApart() {
    long revision = 1_800_000_000_000_001L;
    store().upsert(COLLECTION, List.of(point(1, version(id(1), 1, revision, 0), "a", PUBLIC),
        point(2, version(id(1), 1, revision + 1, 0), "a", PUBLIC),
        point(3, version(id(1), 1, revision + 2, 0), "a", PUBLIC)));

    assertThat(numbers(new PointSelection.OfOlderVersions(version(id(1), 1, revision + 1, 0)))).containsExactly(1L);
    assertThat(numbers(new PointSelection.OfVersion(version(id(1), 1, revision + 1, 0)))).containsExactly(2L);
  }

  @Test
  void deleteRemovesTheSelectionAndNothingElse() {
    UUID document = id(1);
    store().upsert(COLLECTION, List.of(point(1, version(document, 1, 10, 0), "a", PUBLIC),
        point(2, version(document, 1, 10, 1), "a", PUBLIC), point(3, version(document, 1, 11, 0), "a", PUBLIC),
        point(4, new VersionKey(GLOBEX, MANUALS, document, 1, 10, 0), "a", PUBLIC)));

    store().delete(COLLECTION, new PointSelection.OfOlderVersions(version(document, 1, 11, 0)));

    assertThat(numbers(ALL_OF_ACME)).containsExactly(3L);
    assertThat(numbers(new PointSelection.OfTenant(GLOBEX))).containsExactly(4L);
    assertThat(store().search(COLLECTION, byVector(everything(), direction(1))).dense()).extracting(Hit::chunkId)
        .containsExactly(id(100_003));

    store().delete(COLLECTION, new PointSelection.OfPoints(ACME, Set.of(id(100_003), id(100_004), id(9))));

    assertThat(numbers(ALL_OF_ACME)).isEmpty();
    assertThat(numbers(new PointSelection.OfTenant(GLOBEX))).containsExactly(4L);
  }

  @Test
  void attributesChangeOnEveryPointOfTheDocumentAndNowhereElse() {
    UUID document = id(1);
    var before = attributes(Map.of("state", "draft"));
    store().upsert(COLLECTION, List.of(point(1, version(document, 1, 10, 0), "alpha", before),
        point(2, version(document, 2, 11, 0), "beta", before), point(3, version(id(2), 1, 10, 0), "alpha", before),
        point(4, new VersionKey(GLOBEX, MANUALS, document, 1, 10, 0), "alpha", before)));
    var after = new PointAttributes("a new title", "internal", List.of("ann"), List.of("editor"), List.of(), "de",
        Map.of("state", "final", "year", 2026L));

    store().updateAttributes(COLLECTION, ACME, document, after);

    assertThat(store().scroll(COLLECTION, new PointSelection.OfDocument(ACME, MANUALS, document), Optional.empty(), 10))
        .extracting(Point::attributes).containsExactly(after, after);
    assertThat(store().scroll(COLLECTION, new PointSelection.OfDocument(ACME, MANUALS, id(2)), Optional.empty(), 10))
        .extracting(Point::attributes).containsExactly(before);
    assertThat(store().scroll(COLLECTION, new PointSelection.OfTenant(GLOBEX), Optional.empty(), 10))
        .extracting(Point::attributes).containsExactly(before);
    var finals = Fixtures.filter(List.of(new MetadataCondition.In("state", List.of("final"))), null);
    assertThat(store().search(COLLECTION, byWords(finals, "alpha")).bm25()).extracting(Hit::chunkId)
        .containsExactly(id(100_001));
    var drafts = Fixtures.filter(List.of(new MetadataCondition.In("state", List.of("draft"))), null);
    assertThat(store().search(COLLECTION, byWords(drafts, "alpha")).bm25()).extracting(Hit::chunkId)
        .containsExactly(id(100_003));
  }

  @Test
  void wordsOfANewTitleAreFoundAndThoseOfTheOldOneNoLonger() {
    UUID document = id(1);
    var points = IntStream.range(0, 450).mapToObj(i -> new Point(id(200_000 + i), version(document, 1, 10, 0), i,
        direction(i), i == 7 ? "needle" : "hay", titled("Badger report"))).toList();
    store().upsert(COLLECTION, points);
    store().upsert(COLLECTION, List.of(point(1, version(id(2), 1, 10, 0), "hay", titled("Badger report"))));
    assertThat(store().search(COLLECTION, byWords(everything(), "badger needle")).bm25().getFirst().chunkId())
        .isEqualTo(id(200_007));

    store().updateAttributes(COLLECTION, ACME, document, titled("Otter report"));
    store().updateAttributes(COLLECTION, ACME, document, titled("Otter report"));

    assertThat(store().search(COLLECTION, byWords(everything(), "badger")).bm25()).extracting(Hit::chunkId)
        .as("the other document's").containsExactly(id(100_001));
    var otters = store().search(COLLECTION, SearchRequest.ofText(everything(), null, "otter needle", 500)).bm25();
    assertThat(otters).hasSize(450);
    assertThat(otters.getFirst().chunkId()).isEqualTo(id(200_007));
    assertThat(store().search(COLLECTION, SearchRequest.ofText(everything(), direction(7), null, 1)).dense())
        .as("vectors stay").extracting(Hit::chunkId).containsExactly(id(200_007));
    assertThat(store().count(COLLECTION, new PointSelection.OfDocument(ACME, MANUALS, document))).isEqualTo(450);
  }

  private static PointAttributes titled(String title) {
    return new PointAttributes(title, "public", List.of(), List.of(), List.of(), "en", Map.of());
  }

  @Test
  void scrollReturnsWholePointsInTheOrderOfTheirIds() {
    var attributes = new PointAttributes("标题 of it", "restricted", List.of("ann"), List.of("editor"), List.of("ops"),
        "zh", Map.of(
            "text", "部署", "flag", true, "whole", 7L, "part", 0.5, "list", List.of("a", 2L), "nested",
            Map.of("deep", "x")));
    List<Point> written = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      // Both halves of the range of ids, of which UUID.compareTo would call one negative.
      UUID chunk = UUID.nameUUIDFromBytes(new byte[]{(byte) i});
      written.add(new Point(chunk, version(id(i), 3, 1_800_000_000_000_000L + i, i % 3), i, direction(i),
          "text 文本 " + i, attributes));
    }
    store().upsert(COLLECTION, written);

    List<Point> read = new ArrayList<>();
    List<Point> page = store().scroll(COLLECTION, ALL_OF_ACME, Optional.empty(), 10);
    while (!page.isEmpty()) {
      read.addAll(page);
      page = store().scroll(COLLECTION, ALL_OF_ACME, Optional.of(page.getLast().chunkId()), 10);
    }

    written.sort(Comparator.comparing(point -> point.chunkId().toString()));
    assertThat(read).usingRecursiveComparison().withComparatorForType(
        Comparator.comparing((Float value) -> Math.round(value * 1e5)), Float.class).isEqualTo(written);
    assertThat(read).hasSize(25);
  }

  @Test
  void missingCollectionHasNothing() {
    store().dropCollection(COLLECTION.name());

    assertThat(store().collections()).doesNotContain(COLLECTION.name());
    assertThat(store().count(COLLECTION, ALL_OF_ACME)).isZero();
    assertThat(store().scroll(COLLECTION, ALL_OF_ACME, Optional.empty(), 10)).isEmpty();
    SearchResult found = store().search(COLLECTION, SearchRequest.ofText(everything(), direction(1), "words", 10));
    assertThat(found.dense()).isEmpty();
    assertThat(found.bm25()).isEmpty();
    store().delete(COLLECTION, ALL_OF_ACME);
    store().updateAttributes(COLLECTION, ACME, id(1), PUBLIC);
    store().dropCollection(COLLECTION.name());
    assertThat(store().collections()).doesNotContain(COLLECTION.name());
  }

  @Test
  void droppedCollectionComesBackEmptyAndWithAnotherDimension() {
    store().upsert(COLLECTION, List.of(point(1, "words")));
    var wider = new CollectionSpec(COLLECTION.name(), 16);

    store().dropCollection(COLLECTION.name());
    store().ensureCollection(wider);

    assertThat(store().count(wider, ALL_OF_ACME)).isZero();
    assertThat(store().collections()).contains(COLLECTION.name());
  }

  @Test
  void upsertCreatesAMissingCollection() {
    store().dropCollection(COLLECTION.name());

    store().upsert(COLLECTION, List.of(point(1, "words")));

    assertThat(store().search(COLLECTION, byWords(everything(), "words")).bm25()).hasSize(1);
  }

  @Test
  void ensuringIsIdempotentEvenAtTheSameTime() throws Exception {
    store().dropCollection(COLLECTION.name());

    try (var threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        calls.add(threads.submit(() -> store().ensureCollection(COLLECTION)));
      }
      for (Future<?> call : calls) {
        call.get();
      }
    }

    assertThat(store().collections()).contains(COLLECTION.name());
  }

  @Test
  void wrongDimensionIsRefused() {
    var wider = new CollectionSpec(COLLECTION.name(), 16);

    assertCode(ErrorCode.WRONG_DIMENSION, () -> store().ensureCollection(wider));
    assertCode(ErrorCode.WRONG_DIMENSION, () -> store().upsert(COLLECTION, List.of(point(1, "fine"),
        new Point(id(9), version(id(9), 1, 1, 0), 0, new float[4], "too short", PUBLIC))));
    assertCode(ErrorCode.WRONG_DIMENSION,
        () -> store().search(COLLECTION, byVector(everything(), new float[]{1, 0, 0, 0})));
    assertThat(store().count(COLLECTION, ALL_OF_ACME)).isZero();
  }

  @Test
  void vectorThatIsNotFiniteRefusesTheWholeCall() {
    float[] broken = direction(2);
    broken[3] = Float.NaN;
    float[] infinite = direction(3);
    infinite[0] = Float.POSITIVE_INFINITY;

    for (float[] vector : List.of(broken, infinite)) {
      assertCode(ErrorCode.INVALID_VECTOR, () -> store().upsert(COLLECTION,
          List.of(point(1, "fine"), new Point(id(9), version(id(9), 1, 1, 0), 0, vector, "broken", PUBLIC))));
    }
    assertThat(store().count(COLLECTION, ALL_OF_ACME)).isZero();
  }

  @Test
  void largeCallIsWrittenWhole() {
    List<Point> points = IntStream.range(0, 2500).mapToObj(i -> point(i, "word" + i % 10)).toList();

    store().upsert(COLLECTION, points);

    assertThat(store().count(COLLECTION, ALL_OF_ACME)).isEqualTo(2500);
    assertThat(store().search(COLLECTION, SearchRequest.ofText(everything(), direction(7), "word3", 300)).bm25())
        .hasSize(250);
  }

  @Test
  void concurrentWritersAndReadersSeeEveryAcknowledgedWrite() throws Exception {
    try (var threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> workers = new ArrayList<>();
      for (int worker = 0; worker < 4; worker++) {
        int from = worker * 1000;
        workers.add(threads.submit(() -> {
          for (int i = from; i < from + 25; i++) {
            store().upsert(COLLECTION, List.of(point(i, "needle" + i)));
            assertThat(store().search(COLLECTION, byWords(everything(), "needle" + i)).bm25())
                .extracting(Hit::chunkId).containsExactly(id(100_000 + i));
          }
        }));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    }
    assertThat(store().count(COLLECTION, ALL_OF_ACME)).isEqualTo(100);
  }

  @Test
  void openStoreIsHealthy() {
    store().check();

    assertThat(store().collections()).contains(COLLECTION.name());
  }

  private List<Long> numbers(PointSelection selection) {
    List<Point> points = store().scroll(COLLECTION, selection, Optional.empty(), 1000);
    assertThat(store().count(COLLECTION, selection)).isEqualTo(points.size());
    return points.stream().map(point -> point.chunkId().getLeastSignificantBits() & 0xFFFF_FFFFL)
        .map(number -> number - 100_000).toList();
  }

  private static void assertCode(ErrorCode code, Runnable call) {
    assertThatThrownBy(call::run).isInstanceOfSatisfying(SelfRagException.class,
        failure -> assertThat(failure.code()).isEqualTo(code));
  }
}
