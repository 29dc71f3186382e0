package io.selfrag.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TokenVectorsTest {
  private static final TokenVectors NONE = TokenVectors.of(2, new float[0][]);

  @Test
  void eachTokenTakesTheNearestOfTheOtherText() {
    var question = TokenVectors.of(2, new float[][]{{2, 0}, {0, 3}});
    var half = TokenVectors.of(2, new float[][]{{5, 0}, {-1, 0}, {1, 0}});

    assertThat(question.count()).isEqualTo(2);
    assertThat(question.foundIn(question)).isCloseTo(1, within(1e-6));
    assertThat(question.foundIn(half)).isCloseTo(0.5, within(1e-6));
    assertThat(half.foundIn(question)).isCloseTo((1 + 0 + 1) / 3.0, within(1e-6));
  }

  @Test
  void whatSaysNothingIsFoundNowhereAndHasNothing() {
    var text = TokenVectors.of(2, new float[][]{{1, 0}});

    assertThat(NONE.foundIn(text)).isZero();
    assertThat(text.foundIn(NONE)).isZero();
  }
}
