package io.selfrag.query.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RetrieverTest {
  @Test
  void everyParameterOfHybridIsRead() {
    assertThat(Retriever.of("hybrid", Map.of("dense_weight", 0.7, "fusion", "rrf", "candidates", 50)).legs()).isEqualTo(
        new RetrieverChoice(RetrieverChoice.Kind.HYBRID, 0.7, RetrieverChoice.FusionMethod.RRF, true, true, 50));
  }

  static Stream<Arguments> refused() {
    return Stream.of(Arguments.of("telepathy", Map.of()), Arguments.of("Dense", Map.of()),
        Arguments.of("hybrid", Map.of("weight", 1)), Arguments.of("hybrid", Map.of("dense_weight", 1.1)),
        Arguments.of("hybrid", Map.of("fusion", "sum")), Arguments.of("hybrid", Map.of("candidates", 9)),
        Arguments.of("hybrid", Map.of("candidates", 20.5)), Arguments.of("dense", Map.of("dense_weight", 0.5)),
        Arguments.of("bm25", Map.of("fusion", "rrf")), Arguments.of("hyde", Map.of("variants", 2)),
        Arguments.of("multi_query", Map.of("variants", 0)), Arguments.of("fusion", Map.of("rerank", "yes")),
        Arguments.of("ensemble", Map.of()),
        Arguments.of("ensemble", Map.of("retrievers", List.of(Map.of("name", "bm25")))),
        Arguments.of("ensemble", members(Map.of("name", "bm25"), Map.of("name", "parent_document"))),
        Arguments.of("ensemble", members(Map.of("name", "bm25"), Map.of("name", "dense", "weight", 0))),
        Arguments.of("ensemble", members(Map.of("name", "bm25"), Map.of("name", "dense", "extra", 1))),
        Arguments.of("ensemble", members(Map.of("name", "bm25"), Map.of("name", "dense", "params", Map.of("x", 1)))));
  }

  private static Map<String, Object> members(Map<String, Object> first, Map<String, Object> second) {
    return Map.of("retrievers", List.of(first, second));
  }

  @Test
  void membersOfAnEnsembleHaveParametersAndWeights() {
    var ensemble = Retriever.of("ensemble", members(Map.of("name", "bm25"),
        Map.of("name", "hybrid", "params", Map.of("dense_weight", 0.7), "weight", 2)));

    assertThat(ensemble.members()).extracting(Retriever.Member::weight).containsExactly(1.0, 2.0);
    assertThat(ensemble.members().getLast().retriever().legs().denseWeight()).isEqualTo(0.7);
  }

  @Test
  void everythingInTheCatalogueCanBeHadByItsNameAndDefaults() {
    for (RetrieverDescription it : RetrieverCatalogue.all()) {
      if (!it.name().equals("ensemble")) {
        assertThat(Retriever.of(it.name(), Map.of()).kind().wireName()).isEqualTo(it.name());
      }
    }
    assertThat(RetrieverCatalogue.all()).hasSize(Retriever.Kind.values().length);
    assertThat(Retriever.of("hybrid", Map.of())).isEqualTo(Retriever.hybrid());
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatWouldHaveNoEffectIsRefused(String name, Map<String, Object> params) {
    assertThatThrownBy(() -> Retriever.of(name, params)).isInstanceOfSatisfying(SelfRagException.class,
        e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR));
  }
}
