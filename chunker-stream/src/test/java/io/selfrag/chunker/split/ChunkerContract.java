package io.selfrag.chunker.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.selfrag.chunker.parse.ParsedDocument;
import io.selfrag.embedding.TokenCounter;

/** What every chunker keeps, whatever the document. */
abstract class ChunkerContract {
  static final TokenCounter COUNTER = new WordPieces();
  private static final int SEEDS = 60;

  /** The chunker under test, with its default parameters or others. */
  abstract Chunker chunker();

  /** Tokens that no chunk of it may exceed. */
  abstract int limit();

  @Test
  void everyVisibleCharacterLiesInAChunk() {
    forAllDocuments(document -> {
      var covered = new boolean[document.text().length()];
      for (TextChunk chunk : chunker().split(document)) {
        java.util.Arrays.fill(covered, chunk.charStart(), chunk.charEnd(), true);
      }

      for (int i = 0; i < covered.length; i++) {
        assertThat(covered[i] || Character.isWhitespace(document.text().charAt(i))).as("offset %d", i).isTrue();
      }
    });
  }

  @Test
  void offsetsPointBackToTheText() {
    forAllDocuments(document -> {
      int last = 0;
      for (TextChunk chunk : chunker().split(document)) {
        assertThat(document.text().substring(chunk.charStart(), chunk.charEnd())).isEqualTo(chunk.text());
        assertThat(chunk.text()).isEqualTo(chunk.text().strip()).isNotEmpty();
        assertThat(chunk.charStart()).isGreaterThanOrEqualTo(last);
        assertThat(Character.isLowSurrogate(chunk.text().charAt(0))).isFalse();
        assertThat(Character.isHighSurrogate(chunk.text().charAt(chunk.text().length() - 1))).isFalse();
        last = chunk.charStart();
      }
    });
  }

  @Test
  void noChunkExceedsItsLimits() {
    forAllDocuments(document -> {
      for (TextChunk chunk : chunker().split(document)) {
        assertThat(chunk.tokens()).isEqualTo(COUNTER.count(chunk.text())).isLessThanOrEqualTo(limit());
        assertThat(COUNTER.count(chunk.context())).isLessThanOrEqualTo(Chunkers.CONTEXT_TOKENS);
        assertThat(chunk.text().length()).isLessThanOrEqualTo(TokenIndex.maxCharacters(limit()));
      }
    });
  }

  @Test
  void theSameDocumentGivesTheSameChunks() {
    forAllDocuments(document -> assertThat(chunker().split(document)).isEqualTo(chunker().split(document)));
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

  private static void forAllDocuments(java.util.function.Consumer<ParsedDocument> check) {
    for (int seed = 0; seed < SEEDS; seed++) {
      var texts = new RandomTexts(seed);
      check.accept(Documents.markdown(String.join("\n\n", texts.paragraphs(1 + texts.below(60)))));
      check.accept(Documents.markdown(texts.pathological()));
      check.accept(Documents.java(texts.code(200)));
      check.accept(Documents.markdown("x " + texts.odd()));
      check.accept(Documents.anything(texts));
    }
  }
}
