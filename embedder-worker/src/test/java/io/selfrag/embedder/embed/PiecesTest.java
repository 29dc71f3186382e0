package io.selfrag.embedder.embed;

import static io.selfrag.embedder.Chunks.chunk;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.embedder.embed.Pieces.Piece;
import io.selfrag.embedding.ModelId;
import io.selfrag.schemas.avro.Chunk;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PiecesTest {
  private static final ModelId ENGLISH = new ModelId("hashing", "en", 8);
  private static final ModelId CHINESE = new ModelId("hashing", "zh", 8);

  @Test
  void textsOfLikeLengthGoTogetherAndTheLongestFirst() {
    var pieces = Pieces.cut(ofTokens(10, 500, 12, 490, 11, 505), new PieceLimits(3, 10_000));

    assertThat(pieces).containsExactly(new Piece(ENGLISH, List.of(5, 1, 3)), new Piece(ENGLISH, List.of(2, 4, 0)));
  }

  @Test
  void aPieceHoldsNoMoreTextsThanItMay() {
    var pieces = Pieces.cut(ofTokens(1, 1, 1, 1, 1), new PieceLimits(2, 100));

    assertThat(pieces).extracting(it -> it.positions().size()).containsExactly(2, 2, 1);
  }

  @Test
  void aPieceHoldsNoMoreTokensThanItMayButOneTextMayHaveMore() {
    var pieces = Pieces.cut(ofTokens(60, 300, 50, 40), new PieceLimits(16, 100));

    assertThat(pieces).extracting(Piece::positions).containsExactly(List.of(1), List.of(0), List.of(2, 3));
  }

  @Test
  void chunksOfTwoModelsAreNeverInOnePiece() {
    var chunks = List.of(chunk(0, ENGLISH, "one", 5), chunk(1, CHINESE, "\u4e8c", 5), chunk(2, ENGLISH, "three", 5));

    assertThat(Pieces.cut(chunks, new PieceLimits(16, 100))).containsExactlyInAnyOrder(
        new Piece(ENGLISH, List.of(0, 2)), new Piece(CHINESE, List.of(1)));
  }

  @Test
  void noChunksAreNoPieces() {
    assertThat(Pieces.cut(List.of(), new PieceLimits(1, 1))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void everyChunkIsInOnePieceAndEveryPieceWithinItsLimits(long seed) {
    var random = new Random(seed);
    var limits = new PieceLimits(1 + random.nextInt(20), 1 + random.nextInt(2_000));
    var chunks = new ArrayList<Chunk>();
    for (int i = 0; i < random.nextInt(300); i++) {
      chunks.add(chunk(i, random.nextBoolean() ? ENGLISH : CHINESE, "text", 1 + random.nextInt(512)));
    }

    var pieces = Pieces.cut(chunks, limits);

    assertThat(pieces.stream().flatMap(it -> it.positions().stream()))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, chunks.size()).boxed().toList());
    assertThat(pieces).allSatisfy(piece -> {
      assertThat(piece.positions()).hasSizeBetween(1, limits.texts());
      assertThat(piece.positions()).allSatisfy(
          it -> assertThat(Pieces.modelOf(chunks.get(it))).isEqualTo(piece.model()));
      int tokens = piece.positions().stream().mapToInt(it -> chunks.get(it).getChunk().getTokens()).sum();
      assertThat(piece.positions().size() == 1 || tokens <= limits.tokens()).isTrue();
    });
  }

  private static List<Chunk> ofTokens(int... tokens) {
    return IntStream.range(0, tokens.length).mapToObj(it -> chunk(it, ENGLISH, "text", tokens[it])).toList();
  }
}
