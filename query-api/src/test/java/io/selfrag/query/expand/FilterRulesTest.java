package io.selfrag.query.expand;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.vectorstore.MetadataCondition;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FilterRulesTest {
  private static final MetadataSchema SCHEMA = MetadataSchema.of(Map.of("type", "object", "properties",
      Map.of("department", Map.of("type", "string", "enum", List.of("sales", "legal", "human_resources", "财务部")),
          "year", Map.of("type", "integer", "minimum", 1990, "maximum", 2030),
          "price", Map.of("type", "number"), "author", Map.of("type", "string"), "final", Map.of("type", "boolean"),
          "tags", Map.of("type", "array", "items", Map.of("type", "string", "enum", List.of("urgent"))),
          "nested", Map.of("type", "object"))));

  static Stream<Arguments> questions() {
    return Stream.of(Arguments.of("What did the legal department decide?", Map.of("department", "legal")),
        Arguments.of("sales and legal contracts", Map.of("department", Map.of("$in", List.of("sales", "legal")))),
        Arguments.of("human resources policy", Map.of("department", "human_resources")),
        Arguments.of("财务部的报销流程", Map.of("department", "财务部")),
        Arguments.of("the illegal part", Map.of()), Arguments.of("revenue in 2023", Map.of("year", 2023)),
        Arguments.of("2021年的收入", Map.of("year", 2021)),
        Arguments.of("revenue since 2020", Map.of("year", Map.of("$gte", 2020L))),
        Arguments.of("revenue after 2020", Map.of("year", Map.of("$gte", 2021L))),
        Arguments.of("revenue before 2020", Map.of("year", Map.of("$lte", 2019L))),
        Arguments.of("revenue between 2019 and 2021", Map.of("year", Map.of("$gte", 2019L, "$lte", 2021L))),
        Arguments.of("revenue of 2019 and 2021", Map.of("year", Map.of("$in", List.of(2019, 2021)))),
        Arguments.of("2020年以来的收入", Map.of("year", Map.of("$gte", 2020L))),
        Arguments.of("anything of 1850", Map.of()),
        Arguments.of("price at most 20.5", Map.of("price", Map.of("$lte", 20.5))),
        Arguments.of("author: Smith on herons", Map.of("author", "Smith")),
        Arguments.of("by author \"John Smith\"", Map.of("author", "John Smith")),
        Arguments.of("urgent letters", Map.of("tags", "urgent")), Arguments.of("nothing of the kind", Map.of()));
  }

  @ParameterizedTest
  @MethodSource("questions")
  void valuesThatStandLiterallyBecomeFilters(String question, Map<String, Object> shown) {
    assertThat(FilterRules.read(SCHEMA, question).shown()).isEqualTo(shown);
  }

  @Test
  void whatTheSchemaDoesNotHaveIsDropped() {
    var parsed = ParsedFilter.within(SCHEMA, Map.of("department", "marketing", "colour", "red", "year", "2023",
        "price", Map.of("$gte", 3, "$regex", "x"), "author", "Smith"));

    assertThat(parsed.shown()).isEqualTo(Map.of("author", "Smith"));
    assertThat(parsed.conditions()).containsExactly(new MetadataCondition.In("author", List.of("Smith")));
    assertThat(parsed.dropped()).containsExactlyInAnyOrder("department", "colour", "year", "price");
  }

  @Test
  void aSchemaWithoutPropertiesIsItsFields() {
    assertThat(MetadataSchema.of(Map.of("year", Map.of("type", "integer"))).named("year")).isNotNull();
    assertThat(MetadataSchema.of(Map.of()).fields()).isEmpty();
  }
}
