package io.selfrag.vectorstore.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.vectorstore.Fixtures;
import io.selfrag.vectorstore.analysis.TextAnalysis;
import io.selfrag.vectorstore.analysis.WordQuery;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TermImpactsTest {
  private static final int DOCUMENTS = 200;
  private static final BytesRef SCOPE = PointDocuments.scope(Fixtures.MANUALS, 1);
  private final ByteBuffersDirectory directory = new ByteBuffersDirectory();
  private DirectoryReader reader;
  private ScopedSearcher searcher;

  @BeforeEach
  void index() throws IOException {
    try (var writer = new IndexWriter(directory, new IndexWriterConfig(TextAnalysis.analyzer()))) {
      for (int i = 0; i < DOCUMENTS; i++) {
        var document = new Document();
        document.add(new TextField(PointDocuments.TEXT, "everywhere rare" + i, Field.Store.NO));
        document.add(new StringField(PointDocuments.SCOPE, SCOPE, Field.Store.NO));
        writer.addDocument(document);
      }
    }
    reader = DirectoryReader.open(directory);
    searcher = new PointSearcher(reader, new ScopeCounts()).within(List.of(SCOPE));
  }

  @AfterEach
  void close() throws IOException {
    reader.close();
    directory.close();
  }

  @Test
  void ofManyWordsThoseThatEveryTextHasAreNotLookedFor() throws IOException {
    assertThat(matches(learnt(100))).isEqualTo(100);
  }

  @Test
  void ofFewWordsAllAreLookedFor() throws IOException {
    assertThat(matches(learnt(5))).isEqualTo(DOCUMENTS);
    assertThat(matches(new WordQuery(Map.of("everywher", 1f)))).isEqualTo(DOCUMENTS);
  }

  @Test
  void wordsThatNoTextHasMatchNothing() throws IOException {
    assertThat(matches(new WordQuery(Map.of("nowhere", 1f)))).isZero();
  }

  private static WordQuery learnt(int rareWords) {
    var weights = new LinkedHashMap<String, Float>(Map.of("everywher", 1f));
    for (int i = 0; i < rareWords; i++) {
      weights.put("rare" + i, 1f);
    }
    return new WordQuery(weights);
  }

  private int matches(WordQuery words) throws IOException {
    return searcher.count(TermImpacts.query(searcher, words));
  }
}
