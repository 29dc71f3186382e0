package io.selfrag.query.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RetrieverChoiceTest {
  @Test
  void everyParameterOfHybridIsRead() {
    assertThat(RetrieverChoice.of("hybrid", Map.of("dense_weight", 0.7, "fusion", "rrf", "candidates", 50))).isEqualTo(
        new RetrieverChoice(RetrieverChoice.Kind.HYBRID, 0.7, RetrieverChoice.FusionMethod.RRF, true, 50));
  }

  static Stream<Arguments> refused() {
    return Stream.of(Arguments.of("telepathy", Map.of()), Arguments.of("Dense", Map.of()),
        Arguments.of("hybrid", Map.of("weight", 1)), Arguments.of("hybrid", Map.of("dense_weight", 1.1)),
        Arguments.of("hybrid", Map.of("fusion", "sum")), Arguments.of("hybrid", Map.of("candidates", 9)),
        Arguments.of("hybrid", Map.of("candidates", 20.5)), Arguments.of("dense", Map.of("dense_weight", 0.5)),
        Arguments.of("bm25", Map.of("fusion", "rrf")));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatWouldHaveNoEffectIsRefused(String name, Map<String, Object> params) {
    assertThatThrownBy(() -> RetrieverChoice.of(name, params)).isInstanceOfSatisfying(SelfRagException.class,
        e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR));
  }
}
