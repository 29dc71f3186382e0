package io.selfrag.vectorstore.lucene;

import static io.selfrag.vectorstore.Fixtures.ACME;
import static io.selfrag.vectorstore.Fixtures.COLLECTION;
import static io.selfrag.vectorstore.Fixtures.GLOBEX;
import static io.selfrag.vectorstore.Fixtures.MANUALS;
import static io.selfrag.vectorstore.Fixtures.NEWS;
import static io.selfrag.vectorstore.Fixtures.PUBLIC;
import static io.selfrag.vectorstore.Fixtures.byWords;
import static io.selfrag.vectorstore.Fixtures.everything;
import static io.selfrag.vectorstore.Fixtures.id;
import static io.selfrag.vectorstore.Fixtures.point;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointFilter;
import io.selfrag.vectorstore.PointFilter.Scope;
import io.selfrag.vectorstore.SearchResult.Hit;
import io.selfrag.vectorstore.VersionKey;
import io.selfrag.vectorstore.analysis.TextAnalysis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScopeCountsTest {
  /** Texts of each scope in 10,000: nearly none, few, half, and, in a segment of its own, all. */
  private static final int TEXTS = 10_000;

  @Test
  void scoresAreTheSameWhateverOthersKeepInTheIndex(@TempDir Path alone, @TempDir Path shared) {
    List<Point> own = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      own.add(point(i, "row 表格 " + "of a table ".repeat(i % 7) + (i % 5 == 0 ? "zephyr 和风" : "breeze")));
    }
    List<Point> others = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      others.add(ofOther(1000 + i, GLOBEX, NEWS, "a zephyr, and a great many more words of a long table"));
      others.add(ofOther(2000 + i, ACME, NEWS, "zephyr"));
    }
    try (var first = LuceneVectorStore.open(alone); var second = LuceneVectorStore.open(shared)) {
      first.upsert(COLLECTION, own);
      second.upsert(COLLECTION, others);
      second.upsert(COLLECTION, own.subList(0, 20));
      var mixed = new ArrayList<>(own.subList(20, 60));
      mixed.addAll(List.of(ofOther(5000, GLOBEX, NEWS, "zephyr rows"), ofOther(5001, ACME, NEWS, "tables")));
      second.upsert(COLLECTION, mixed);

      List<Hit> expected = first.search(COLLECTION, byWords(everything(), "zephyr rows 和风表格")).bm25();

      assertThat(second.search(COLLECTION, byWords(everything(), "zephyr rows 和风表格")).bm25()).hasSize(10)
          .isEqualTo(expected);
    }
  }

  @Test
  void severalKnowledgeBasesCountAsOne(@TempDir Path apart, @TempDir Path together) {
    List<Point> both = new ArrayList<>();
    List<Point> one = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      var text = (i % 4 == 0 ? "zephyr " : "breeze ") + "words ".repeat(i % 3);
      both.add(i % 2 == 0 ? point(i, text) : ofOther(i, ACME, NEWS, text));
      one.add(point(i, text));
    }
    var all = new PointFilter(ACME, List.of(new Scope(MANUALS, 1), new Scope(NEWS, 1), new Scope(NEWS, 1)), List.of(),
        List.of(), null);
    try (var first = LuceneVectorStore.open(apart); var second = LuceneVectorStore.open(together)) {
      first.upsert(COLLECTION, both);
      second.upsert(COLLECTION, one);

      assertThat(first.search(COLLECTION, byWords(all, "zephyr words")).bm25()).extracting(Hit::score)
          .isEqualTo(second.search(COLLECTION, byWords(everything(), "zephyr words")).bm25().stream()
              .map(Hit::score).toList());
    }
  }

  @Test
  void countsAreThoseOfTheScopeHoweverItsTextsAndTheWordsAreSpread() throws IOException {
    var random = new Random(3);
    double[] share = {0.0005, 0.01, 0.5};
    double[] rarity = {0.0005, 0.02, 0.5, 1};
    var expected = new int[share.length][rarity.length];
    try (var directory = new ByteBuffersDirectory();
        var writer = new IndexWriter(directory,
            new IndexWriterConfig(TextAnalysis.analyzer()).setMergePolicy(NoMergePolicy.INSTANCE))) {
      for (int i = 0; i < TEXTS; i++) {
        double at = random.nextDouble();
        int scope = at < share[0] ? 0 : at < share[0] + share[1] ? 1 : 2;
        var text = new StringBuilder();
        for (int word = 0; word < rarity.length; word++) {
          if (random.nextDouble() < rarity[word]) {
            text.append("word").append(word).append(' ');
            expected[scope][word]++;
          }
        }
        add(writer, scope, text.toString());
      }
      add(writer, 7, "word1 alone");
      writer.commit();
      add(writer, 8, "word1 alone");
      writer.commit();
      var counts = new ScopeCounts();
      try (var reader = DirectoryReader.open(directory)) {
        var searcher = new PointSearcher(reader, counts);
        for (int scope = 0; scope < share.length; scope++) {
          var within = searcher.within(List.of(scope(scope)));
          for (int again = 0; again < 2; again++) {
            int[] found = new int[rarity.length];
            for (int word = 0; word < rarity.length; word++) {
              found[word] = within.states("word" + word).docFreq();
            }
            assertThat(found).as(Arrays.toString(expected[scope])).isEqualTo(expected[scope]);
          }
          assertThat(within.collectionStatistics(PointDocuments.TEXT).sumTotalTermFreq())
              .isEqualTo(Arrays.stream(expected[scope]).sum());
        }
        var ofTwoSegments = searcher.within(List.of(scope(7), scope(8)));
        assertThat(ofTwoSegments.states("word1").docFreq()).isEqualTo(2);
        assertThat(ofTwoSegments.texts()).isEqualTo(2);
        assertThat(searcher.within(List.of(scope(9))).texts()).isZero();
        assertThat(counts.segments()).isEqualTo(2);
      }
      assertThat(counts.segments()).isZero();
    }
  }

  private static void add(IndexWriter writer, int scope, String text) throws IOException {
    var document = new Document();
    document.add(new TextField(PointDocuments.TEXT, text, Field.Store.NO));
    document.add(new StringField(PointDocuments.SCOPE, scope(scope), Field.Store.NO));
    writer.addDocument(document);
  }

  private static BytesRef scope(int number) {
    return PointDocuments.scope(id(number), 1);
  }

  private static Point ofOther(long number, UUID tenant, UUID knowledgeBase, String text) {
    return point(number, new VersionKey(tenant, knowledgeBase, id(number), 1, 1, 0), text, PUBLIC);
  }
}
