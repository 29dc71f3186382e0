package io.selfrag.query.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RankingTest {
  private static final Map<String, Integer> JUDGED = Map.of("a", 1, "b", 1);

  @Test
  void aPerfectRankingHasGainOne() {
    assertThat(Ranking.ndcg(List.of("a", "b", "x"), JUDGED, 10)).isEqualTo(1);
    assertThat(Ranking.reciprocalRank(List.of("a", "b"), JUDGED)).isEqualTo(1);
    assertThat(Ranking.recall(List.of("b", "x", "a"), JUDGED, 3)).isEqualTo(1);
  }

  @Test
  void aLaterHitIsWorthLess() {
    // One of two at rank 2: (1 / log2 3) / (1 + 1 / log2 3).
    assertThat(Ranking.ndcg(List.of("x", "a"), JUDGED, 10)).isCloseTo(0.3869, within(1e-4));
    assertThat(Ranking.reciprocalRank(List.of("x", "a"), JUDGED)).isEqualTo(0.5);
    assertThat(Ranking.recall(List.of("x", "a"), JUDGED, 10)).isEqualTo(0.5);
  }

  @Test
  void whatLiesBelowTheDepthDoesNotCount() {
    assertThat(Ranking.ndcg(List.of("x", "y", "a"), JUDGED, 2)).isZero();
    assertThat(Ranking.recall(List.of("x", "y", "a"), JUDGED, 2)).isZero();
  }

  @Test
  void percentilesAreValuesThatOccurred() {
    assertThat(Percentiles.of(List.of(4, 1, 3, 2), 0.5)).isEqualTo(2);
    assertThat(Percentiles.of(List.of(4, 1, 3, 2), 0.95)).isEqualTo(4);
    assertThat(Percentiles.of(List.of(), 0.5)).isZero();
  }
}
