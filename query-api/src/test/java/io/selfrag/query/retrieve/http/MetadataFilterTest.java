package io.selfrag.query.retrieve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.service.http.ValidationException;
import io.selfrag.vectorstore.MetadataCondition;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MetadataFilterTest {
  @Test
  void aValueMeansEquality() {
    assertThat(MetadataFilter.parse(Map.of("year", 2024)))
        .containsExactly(new MetadataCondition.In("year", List.of(2024)));
  }

  @Test
  void boundsOfOneFieldAreOneRange() {
    assertThat(MetadataFilter.parse(Map.of("year", Map.of("$gte", 2020, "$lte", 2024.5))))
        .containsExactly(new MetadataCondition.Range("year", 2020.0, 2024.5));
  }

  @Test
  void listsAndPresenceAreUnderstood() {
    assertThat(MetadataFilter.parse(Map.of("a", Map.of("$in", List.of("x", true)), "b", Map.of("$exists", false))))
        .containsExactlyInAnyOrder(new MetadataCondition.In("a", List.of("x", true)),
            new MetadataCondition.Exists("b", false));
  }

  static Stream<Map<String, Object>> wrong() {
    return Stream.of(Map.of("a", Map.of("$regex", "x")), Map.of("a", Map.of()), Map.of("a", Map.of("$in", List.of())),
        Map.of("a", Map.of("$in", "x")), Map.of("a", Map.of("$gte", "x")), Map.of("a", Map.of("$exists", 1)),
        Map.of("a", List.of("x")), Map.of("a", Map.of("$eq", Map.of())));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatIsNotUnderstoodIsRefusedWithTheFieldsPath(Map<String, Object> filter) {
    assertThatThrownBy(() -> MetadataFilter.parse(filter)).isInstanceOfSatisfying(ValidationException.class,
        e -> assertThat(e.problems().getFirst().loc()).startsWith("body", "metadata_filter")
            .satisfies(loc -> assertThat(String.valueOf(loc.getLast())).startsWith("a")));
  }

  @Test
  void anOperatorInPlaceOfAFieldIsRefused() {
    assertThatThrownBy(() -> MetadataFilter.parse(Map.of("$or", List.of()))).isInstanceOf(ValidationException.class);
  }

  @Test
  void aFieldThatIsNullIsRefusedRatherThanMatchingNothing() {
    var filter = new java.util.HashMap<String, @Nullable Object>();
    filter.put("a", null);

    assertThatThrownBy(() -> MetadataFilter.parse(filter)).isInstanceOf(ValidationException.class);
  }
}
