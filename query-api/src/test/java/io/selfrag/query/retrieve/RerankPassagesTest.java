package io.selfrag.query.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RerankPassagesTest {
  @Test
  void aRerankerThatSaysItAllKeepsItsScores() {
    assertThat(RerankPassages.mixed(List.of(0.2, 0.9), List.of(7.0, 3.0), 1)).containsExactly(0.2, 0.9);
  }

  @Test
  void whereItSaysAPartTheSearchSaysTheRestOnTheSameScale() {
    assertThat(RerankPassages.mixed(List.of(0.0, 1.0, 0.5), List.of(3.0, 1.0, 2.0), 0.25))
        .containsExactly(0.75, 0.25, 0.5);
    assertThat(RerankPassages.mixed(List.of(0.7, 0.7), List.of(1.0, 3.0), 0.5)).containsExactly(0.5, 1.0);
  }

  @Test
  void lateInteractionLooksAtFewPassages() {
    assertThat(new RerankSettings(true, "late_interaction", null, 50, null, null).usualTopK()).isEqualTo(50);
    assertThat(new RerankSettings(true, "http", null, 200, null, null).usualTopK()).isEqualTo(200);
    assertThatThrownBy(() -> new RerankSettings(true, "late_interaction", null, 51, null, null))
        .hasMessage("RERANK_TOP_K must be at most 50 with RERANK_PROVIDER=late_interaction");
  }
}
