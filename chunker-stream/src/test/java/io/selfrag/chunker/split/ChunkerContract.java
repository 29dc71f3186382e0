package io.selfrag.chunker.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import io.selfrag.chunker.parse.ParsedDocument;
import io.selfrag.embedding.TokenCounter;

/** What every chunker keeps, whatever the document. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ChunkerContract {
  static final TokenCounter COUNTER = new WordPieces();
  private static final int SEEDS = 60;
  /** Made once for all chunkers. */
  private static final List<ParsedDocument> DOCUMENTS = documents();

  /** A document and the chunks it was split into. */
  private record Split(ParsedDocument document, List<TextChunk> chunks) {}

  /** Of all documents: splitting is what takes the time, so each is split once for all that is asked of its chunks. */
  private List<Split> splits;

  /** The chunker under test, with its default parameters or others. */
  abstract Chunker chunker();

  /** Tokens that no chunk of it may exceed. */
  abstract int limit();

  @BeforeAll
  void split() {
    splits = DOCUMENTS.stream().map(it -> new Split(it, chunker().split(it))).toList();
  }

  @Test
  void everyVisibleCharacterLiesInAChunk() {
    for (Split it : splits) {
      var text = it.document.text();
      var covered = new boolean[text.length()];
      for (TextChunk chunk : it.chunks) {
        java.util.Arrays.fill(covered, chunk.charStart(), chunk.charEnd(), true);
      }

      int missing = 0;
      while (missing < covered.length && (covered[missing] || Character.isWhitespace(text.charAt(missing)))) {
        missing++;
      }
      assertThat(missing).as("first offset in no chunk").isEqualTo(covered.length);
    }
  }

  @Test
  void offsetsPointBackToTheText() {
    for (Split it : splits) {
      int last = 0;
      for (TextChunk chunk : it.chunks) {
        assertThat(it.document.text().substring(chunk.charStart(), chunk.charEnd())).isEqualTo(chunk.text());
        assertThat(chunk.text()).isEqualTo(chunk.text().strip()).isNotEmpty();
        assertThat(chunk.charStart()).isGreaterThanOrEqualTo(last);
        assertThat(Character.isLowSurrogate(chunk.text().charAt(0))).isFalse();
        assertThat(Character.isHighSurrogate(chunk.text().charAt(chunk.text().length() - 1))).isFalse();
        last = chunk.charStart();
      }
    }
  }

  @Test
  void noChunkExceedsItsLimits() {
    for (Split it : splits) {
      for (TextChunk chunk : it.chunks) {
        assertThat(chunk.tokens()).isEqualTo(COUNTER.count(chunk.text())).isLessThanOrEqualTo(limit());
        assertThat(COUNTER.count(chunk.context())).isLessThanOrEqualTo(Chunkers.CONTEXT_TOKENS);
        assertThat(chunk.text().length()).isLessThanOrEqualTo(TokenIndex.maxCharacters(limit()));
      }
    }
  }

  @Test
  void theSameDocumentGivesTheSameChunks() {
    for (Split it : splits) {
      assertThat(chunker().split(it.document)).isEqualTo(it.chunks);
    }
  }

  @Test
  void s11AnEditChangesOnlyChunksNearIt() {
    long worst = 0;
    long sum = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      var texts = new RandomTexts(seed);
      List<String> paragraphs = texts.paragraphs(250);
      int edited = texts.below(paragraphs.size());
      while ("#|`".indexOf(paragraphs.get(edited).charAt(0)) >= 0) {
        edited = (edited + 1) % paragraphs.size();
      }
      var after = new ArrayList<>(paragraphs);
      after.set(edited, paragraphs.get(edited) + " An inserted sentence of a few words.");

      List<TextChunk> old = chunker().split(Documents.markdown(String.join("\n\n", paragraphs)));
      List<TextChunk> updated = chunker().split(Documents.markdown(String.join("\n\n", after)));

      var known = new HashSet<String>();
      old.forEach(chunk -> known.add(chunk.context() + chunk.text()));
      long changed = updated.stream().filter(chunk -> !known.contains(chunk.context() + chunk.text())).count();
      assertThat(changed).as("seed %d, %d chunks", seed, updated.size()).isPositive();
      worst = Math.max(worst, changed);
      sum += changed;
    }
    assertThat(sum).as("changed chunks of %d documents; worst %d", SEEDS, worst)
        .isLessThanOrEqualTo(SEEDS * meanChanged());
    assertThat(worst).as("changed chunks of one document").isLessThanOrEqualTo(mostChanged());
  }

  /** Chunks that one edit changes on average, at most. */
  long meanChanged() {
    return 4;
  }

  /** Chunks that one edit changes in the worst document. */
  long mostChanged() {
    return 20;
  }

  private static List<ParsedDocument> documents() {
    var documents = new ArrayList<ParsedDocument>();
    for (int seed = 0; seed < SEEDS; seed++) {
      var texts = new RandomTexts(seed);
      documents.add(Documents.markdown(String.join("\n\n", texts.paragraphs(1 + texts.below(60)))));
      documents.add(Documents.markdown(texts.pathological()));
      documents.add(Documents.java(texts.code(200)));
      documents.add(Documents.markdown("x " + texts.odd()));
      documents.add(Documents.anything(texts));
    }
    return documents;
  }
}
