package io.selfrag.query.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairedBootstrapTest {
  @Test
  void whatIsBetterOnNearlyEveryQueryIsSignificant() {
    var first = IntStream.range(0, 50).mapToObj(i -> 0.5).toList();
    var second = IntStream.range(0, 50).mapToObj(i -> i % 10 == 0 ? 0.4 : 0.7).toList();

    var test = PairedBootstrap.of(first, second);

    assertThat(test.difference()).isCloseTo(0.17, within(1e-9));
    assertThat(test.pValue()).isLessThan(0.01);
    assertThat(test.low()).isPositive();
    assertThat(PairedBootstrap.of(second, first).difference()).isCloseTo(-0.17, within(1e-9));
  }

  @Test
  void gainsAndLossesThatCancelAreNot() {
    var first = IntStream.range(0, 40).mapToObj(i -> i % 2 == 0 ? 1.0 : 0.0).toList();
    var second = IntStream.range(0, 40).mapToObj(i -> i % 2 == 0 ? 0.0 : 1.0).toList();

    var test = PairedBootstrap.of(first, second);

    assertThat(test.pValue()).isGreaterThan(0.5);
    assertThat(test.low()).isNegative();
    assertThat(test.high()).isPositive();
    assertThat(PairedBootstrap.of(first, first).pValue()).isEqualTo(1);
  }

  @Test
  void sidesOfDifferentLengthDoNotCompare() {
    assertThatThrownBy(() -> PairedBootstrap.of(List.of(1.0), List.of())).isInstanceOf(IllegalArgumentException.class);
  }
}
