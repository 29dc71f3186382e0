package io.selfrag.vectorstore;

import static io.selfrag.vectorstore.Fixtures.ACME;
import static io.selfrag.vectorstore.Fixtures.COLLECTION;
import static io.selfrag.vectorstore.Fixtures.GLOBEX;
import static io.selfrag.vectorstore.Fixtures.MANUALS;
import static io.selfrag.vectorstore.Fixtures.NEWS;
import static io.selfrag.vectorstore.Fixtures.PUBLIC;
import static io.selfrag.vectorstore.Fixtures.attributes;
import static io.selfrag.vectorstore.Fixtures.byWords;
import static io.selfrag.vectorstore.Fixtures.direction;
import static io.selfrag.vectorstore.Fixtures.everything;
import static io.selfrag.vectorstore.Fixtures.filter;
import static io.selfrag.vectorstore.Fixtures.id;
import static io.selfrag.vectorstore.Fixtures.point;
import static io.selfrag.vectorstore.Fixtures.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.selfrag.vectorstore.PointFilter.Scope;
import io.selfrag.vectorstore.PointFilter.Viewer;
import io.selfrag.vectorstore.SearchResult.Hit;
import io.selfrag.vectorstore.analysis.WordQuery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store finds, and whom it shows it to; each filter holds in the dense leg and in the BM25 leg. */
public abstract class VectorStoreSearchContract {
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
  void searchOnAnEmptyCollectionReturnsNothing() {
    SearchResult found = store().search(COLLECTION, SearchRequest.ofText(everything(), direction(1), "word", 10));

    assertThat(found.dense()).isEmpty();
    assertThat(found.bm25()).isEmpty();
  }

  @Test
  void denseLegRanksByCosine() {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      points.add(point(i, ""));
    }
    store().upsert(COLLECTION, points);
    var random = new Random(5);

    for (int i = 0; i < 20; i++) {
      float[] question = Fixtures.unitVector(random, COLLECTION.dimension());

      List<Hit> dense = store().search(COLLECTION, SearchRequest.ofText(everything(), question, null, 10)).dense();

      points.sort(Comparator.comparing((Point point) -> -cosine(point.vector(), question)));
      assertThat(dense).extracting(Hit::chunkId)
          .containsExactlyElementsOf(points.subList(0, 10).stream().map(Point::chunkId).toList());
      assertThat(dense.getFirst().score()).isCloseTo((float) cosine(points.getFirst().vector(), question),
          within(1e-4f));
      assertThat(dense.getFirst().documentId()).isEqualTo(points.getFirst().key().documentId());
      assertThat(dense.getFirst().knowledgeBaseId()).isEqualTo(MANUALS);
    }
  }

  @Test
  void oppositeVectorHasNegativeCosine() {
    float[] opposite = direction(1);
    for (int i = 0; i < opposite.length; i++) {
      opposite[i] = -opposite[i];
    }
    store().upsert(COLLECTION, List.of(point(1, "")));

    List<Hit> dense = store().search(COLLECTION, SearchRequest.ofText(everything(), opposite, null, 1)).dense();

    assertThat(dense.getFirst().score()).isCloseTo(-1f, within(1e-4f));
  }

  @Test
  void rareWordsOutrankCommonOnesAndShortTextsLongOnes() {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      points.add(point(i, "the database stores common rows " + i));
    }
    points.add(point(50, "a zephyr in the database"));
    points.add(point(51, "a zephyr in the database, " + "followed by many other words ".repeat(40)));
    store().upsert(COLLECTION, points);

    List<Hit> bm25 = store().search(COLLECTION, byWords(everything(), "zephyr database")).bm25();

    assertThat(bm25).extracting(Hit::chunkId).startsWith(id(100_050), id(100_051));
    assertThat(bm25.getFirst().score()).isPositive().isGreaterThan(bm25.get(1).score());
  }

  @Test
  void aWordOfTheTitleCountsMoreThanOneOfTheText() {
    var titled = new PointAttributes("zephyr", "public", List.of(), List.of(), List.of(), "en", Map.of());
    var other = new PointAttributes("tables", "public", List.of(), List.of(), List.of(), "en", Map.of());
    store().upsert(COLLECTION, List.of(point(1, "zephyr and rows", other), point(2, "tables and rows", titled)));

    List<Hit> bm25 = store().search(COLLECTION, byWords(everything(), "zephyr")).bm25();

    assertThat(bm25).extracting(Hit::chunkId).containsExactly(id(100_002), id(100_001));
  }

  @Test
  void aQuestionOfManyWordsFindsFirstWhatHasTheMostOfItsRareOnes() {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      points.add(point(i, "common rows of a database"));
    }
    points.add(point(50, "a database with zephyr0 zephyr1 zephyr2"));
    points.add(point(51, "a database with zephyr0 zephyr1 and nothing"));
    points.add(point(52, "a database with zephyr0 and nothing else"));
    store().upsert(COLLECTION, points);
    Map<String, Float> words = new LinkedHashMap<>(Map.of("databas", 1f, "common", 0.01f));
    for (int i = 0; i < 100; i++) {
      words.put("zephyr" + i, 1f);
    }

    List<Hit> bm25 = store()
        .search(COLLECTION, new SearchRequest(everything(), null, new WordQuery(words), 3)).bm25();

    assertThat(bm25).extracting(Hit::chunkId).containsExactly(id(100_050), id(100_051), id(100_052));
  }

  @Test
  void wordsMatchAcrossFormsScriptsAndWidths() {
    store().upsert(COLLECTION, List.of(point(1, "Replicas are running in every cluster"), point(2, "部署向量数据库的步骤"),
        point(3, "错误 err_conn_42 出现在 TLSv1.3 握手时"), point(4, "")));

    assertThat(found("how does one cluster run?")).containsExactly(id(100_001));
    assertThat(found("数据库怎么部署")).containsExactly(id(100_002));
    assertThat(found("库")).containsExactly(id(100_002));
    assertThat(found("ERR_CONN_42")).containsExactly(id(100_003));
    assertThat(found("ｔｌｓｖ１．３ handshake")).containsExactly(id(100_003));
    assertThat(found("err_conn_43")).isEmpty();
    assertThat(found("conn")).isEmpty();
    assertThat(found("   ?! ")).isEmpty();
    assertThat(dense(everything())).contains(id(100_004));
  }

  @Test
  void theWordsOfATitleThatIsTheNameOfAFileAreFound() {
    var named = new PointAttributes("2023_Q3_ACME.pdf", "public", List.of(), List.of(), List.of(), "en", Map.of());
    store().upsert(COLLECTION, List.of(point(1, "a report", named), point(2, "another report")));

    assertThat(found("ACME")).containsExactly(id(100_001));
    assertThat(found("2023_q3_acme.pdf")).containsExactly(id(100_001));
    assertThat(found("what of Q3?")).containsExactly(id(100_001));
  }

  @Test
  void longQuestionIsAnswered() {
    store().upsert(COLLECTION, List.of(point(1, "needle")));
    var question = new StringBuilder("needle");
    for (int i = 0; i < 20_000; i++) {
      question.append(" word").append(i);
    }

    assertThat(found(question.toString())).containsExactly(id(100_001));
  }

  @Test
  void tenantsNeverSeeEachOther() {
    store().upsert(COLLECTION, List.of(point(1, "secret"),
        point(2, new VersionKey(GLOBEX, MANUALS, id(1001), 1, 1, 0), "secret", PUBLIC)));
    var globex = new PointFilter(GLOBEX, List.of(new Scope(MANUALS, 1)), List.of(), List.of(), null);
    var globexNamingAcmesDocument = new PointFilter(GLOBEX, List.of(new Scope(MANUALS, 1)), List.of(id(1001)),
        List.of(), null);

    assertSees(everything(), 1);
    assertSees(globex, 2);
    assertSees(globexNamingAcmesDocument, 2);
  }

  @Test
  void scopesArePairsOfKnowledgeBaseAndGeneration() {
    store().upsert(COLLECTION, List.of(point(1, version(id(1), 1, 1, 0), "secret", PUBLIC),
        point(2, version(id(1), 2, 1, 0), "secret", PUBLIC),
        point(3, new VersionKey(ACME, NEWS, id(2), 1, 1, 0), "secret", PUBLIC),
        point(4, new VersionKey(ACME, NEWS, id(2), 2, 1, 0), "secret", PUBLIC)));

    assertSees(scopes(new Scope(MANUALS, 1)), 1);
    assertSees(scopes(new Scope(MANUALS, 2)), 2);
    assertSees(scopes(new Scope(MANUALS, 1), new Scope(NEWS, 2)), 1, 4);
    assertSees(scopes(new Scope(MANUALS, 3)));
    assertSees(scopes(new Scope(GLOBEX, 1)));
  }

  @Test
  void documentsNarrowTheSearch() {
    store().upsert(COLLECTION, List.of(point(1, "secret"), point(2, "secret"), point(3, "secret")));

    assertSees(documents(id(1001), id(1003)), 1, 3);
    assertSees(documents(id(999)));
  }

  @Test
  void metadataEqualityKnowsTypesAndLists() {
    upsertWithMetadata(Map.of("n", 2026L, "s", "2026", "flag", true), Map.of("n", 2026.0, "flag", "true"),
        Map.of("n", List.of(1L, 2026L), "tags", List.of("red", "blue")),
        Map.of("n", 2027L, "nested", Map.of("deep", "x")),
        Map.of("zero", -0.0));

    assertSees(in("n", 2026L), 1, 2, 3);
    assertSees(in("n", 2026), 1, 2, 3);
    assertSees(in("n", 2026.0), 1, 2, 3);
    assertSees(in("n", 2026L, 2027L), 1, 2, 3, 4);
    assertSees(in("n", "2026"));
    assertSees(in("s", "2026"), 1);
    assertSees(in("flag", true), 1);
    assertSees(in("flag", "true"), 2);
    assertSees(in("tags", "blue", "green"), 3);
    assertSees(in("nested.deep", "x"), 4);
    assertSees(in("nested", "x"));
    assertSees(in("zero", 0), 5);
    assertSees(in("absent", "x"));
  }

  @Test
  void metadataRangesIncludeTheirBounds() {
    upsertWithMetadata(Map.of("n", 1L), Map.of("n", 2.5), Map.of("n", List.of(-10L, 100L)), Map.of("n", "2"),
        Map.of("other key/键", -0.5));

    assertSees(range("n", 1.0, 2.5), 1, 2);
    assertSees(range("n", null, 1.0), 1, 3);
    assertSees(range("n", 2.5, null), 2, 3);
    assertSees(range("n", 1.01, 2.49));
    assertSees(range("n", 3.0, 2.0));
    assertSees(range("other key/键", -1.0, 0.0), 5);
    assertSees(range("absent", 0.0, null));
  }

  @Test
  void metadataExistenceTreatsNullAsAbsent() {
    var withNull = new HashMap<String, Object>();
    withNull.put("owner", null);
    upsertWithMetadata(Map.of("owner", "ann"), Map.of("owner", List.of()), withNull, Map.of(),
        Map.of("owner", Map.of("name", "bob")));

    assertSees(filter(List.of(new MetadataCondition.Exists("owner", true)), null), 1, 2, 5);
    assertSees(filter(List.of(new MetadataCondition.Exists("owner", false)), null), 3, 4);
    assertSees(filter(List.of(new MetadataCondition.Exists("owner.name", true)), null), 5);
  }

  @Test
  void allConditionsMustHold() {
    upsertWithMetadata(Map.of("a", 1L, "b", "x"), Map.of("a", 1L, "b", "y"), Map.of("a", 2L, "b", "x"));

    assertSees(filter(List.of(new MetadataCondition.In("b", List.of("x")), new MetadataCondition.Range("a", 1.0, 1.0),
        new MetadataCondition.Exists("c", false)), null), 1);
  }

  @Test
  void veryLongMetadataValuesStayDistinct() {
    String common = "x".repeat(40_000);
    upsertWithMetadata(Map.of("v", common + "1"), Map.of("v", common + "2"));

    assertSees(in("v", common + "2"), 2);
  }

  @Test
  void viewerSeesWhatSensitivityAndAclAllow() {
    store().upsert(COLLECTION, List.of(withRights(1, "public", List.of(), List.of(), List.of()),
        withRights(2, "internal", List.of(), List.of(), List.of()),
        withRights(3, "restricted", List.of(), List.of(), List.of()),
        withRights(4, "public", List.of("ann"), List.of(), List.of()),
        withRights(5, "internal", List.of("bob"), List.of("editor"), List.of()),
        withRights(6, "public", List.of(), List.of(), List.of("ops", "ann"))));

    assertSees(everything(), 1, 2, 3, 4, 5, 6);
    assertSees(viewer(null, List.of(), List.of(), "public"), 1);
    assertSees(viewer("ann", List.of(), List.of(), "public"), 1, 4);
    assertSees(viewer("ann", List.of("editor"), List.of(), "public"), 1, 4);
    assertSees(viewer("ann", List.of("editor"), List.of(), "internal"), 1, 2, 4, 5);
    assertSees(viewer("eve", List.of("ann"), List.of("bob"), "restricted"), 1, 2, 3);
    assertSees(viewer("eve", List.of(), List.of("ops"), "restricted"), 1, 2, 3, 6);
    assertSees(viewer("*", List.of("*"), List.of(), "no such clearance"), 1);
  }

  @Test
  void narrowFilterStillFillsTheLimit() {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 1500; i++) {
      points.add(point(i, "word", attributes(Map.of("rare", i % 100 == 0))));
    }
    store().upsert(COLLECTION, points);

    SearchResult found = store().search(COLLECTION,
        SearchRequest.ofText(in("rare", true), direction(77), "word", 15));

    assertThat(found.dense()).hasSize(15);
    assertThat(found.bm25()).hasSize(15);
  }

  @SafeVarargs
  private void upsertWithMetadata(Map<String, Object>... metadata) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < metadata.length; i++) {
      points.add(point(i + 1, "secret", attributes(metadata[i])));
    }
    store().upsert(COLLECTION, points);
  }

  private static Point withRights(long number, String sensitivity, List<String> users, List<String> roles,
      List<String> groups) {
    return point(number, "secret", new PointAttributes("", sensitivity, users, roles, groups, "en", Map.of()));
  }

  private static PointFilter viewer(String user, List<String> roles, List<String> groups, String clearance) {
    return filter(List.of(), new Viewer(user, roles, groups, clearance));
  }

  private static PointFilter in(String field, Object... values) {
    return filter(List.of(new MetadataCondition.In(field, List.of(values))), null);
  }

  private static PointFilter range(String field, Double atLeast, Double atMost) {
    return filter(List.of(new MetadataCondition.Range(field, atLeast, atMost)), null);
  }

  private static PointFilter scopes(Scope... scopes) {
    return new PointFilter(ACME, List.of(scopes), List.of(), List.of(), null);
  }

  private static PointFilter documents(UUID... documents) {
    return new PointFilter(ACME, List.of(new Scope(MANUALS, 1)), List.of(documents), List.of(), null);
  }

  private List<UUID> found(String words) {
    return store().search(COLLECTION, byWords(everything(), words)).bm25().stream().map(Hit::chunkId).toList();
  }

  private List<UUID> dense(PointFilter filter) {
    return store().search(COLLECTION, SearchRequest.ofText(filter, direction(1), null, 100)).dense().stream()
        .map(Hit::chunkId).toList();
  }

  private void assertSees(PointFilter filter, long... numbers) {
    UUID[] expected = Arrays.stream(numbers).mapToObj(number -> id(100_000 + number)).toArray(UUID[]::new);
    assertThat(dense(filter)).as("dense").containsExactlyInAnyOrder(expected);
    assertThat(store().search(COLLECTION, SearchRequest.ofText(filter, null, "secret", 100)).bm25()).as("bm25")
        .extracting(Hit::chunkId).containsExactlyInAnyOrder(expected);
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
