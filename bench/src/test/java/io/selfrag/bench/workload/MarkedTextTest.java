package io.selfrag.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkedTextTest {
  @Test
  void everySentenceGivesItsEditionAway() {
    var text = MarkedText.of(7, 3, 5);

    var sentences = text.split("\\. ");

    for (int i = 0; i < sentences.length - 1; i++) {
      assertThat(MarkedText.editions(sentences[i])).containsExactly(3);
    }
  }

  @Test
  void editionsDifferAndRepeat() {
    assertThat(MarkedText.of(7, 3, 5)).isEqualTo(MarkedText.of(7, 3, 5)).isNotEqualTo(MarkedText.of(7, 4, 5));
    assertThat(MarkedText.editions(MarkedText.of(7, 3, 1) + MarkedText.of(7, 4, 1))).containsExactly(3, 4);
  }
}
