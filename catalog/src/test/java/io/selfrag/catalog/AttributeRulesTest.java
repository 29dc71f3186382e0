package io.selfrag.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.schemas.avro.Acl;
import io.selfrag.schemas.avro.Attributes;
import io.selfrag.schemas.avro.Sensitivity;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttributeRulesTest {
  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"a\": [1, {\"b\": null}], \"名\": \"值 😀\"}",
      "{\"big\": 123456789012345678901234567890}"})
  void whatPostgresHoldsIsTaken(String metadata) {
    assertThat(AttributeRules.problemOf(attributes("t", metadata, null, List.of("u")))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "1", "{", "{\"a\": \"\\u0000\"}", "{\"\\u0000\": 1}", "{\"a\": [\"\\ud800\"]}",
      "{\"a\": 1e999}"})
  void metadataThatPostgresWouldRefuseIsAProblem(String metadata) {
    assertThat(AttributeRules.problemOf(attributes("t", metadata, null, List.of()))).isPresent();
  }

  @Test
  void titleSourceAndAclHaveTheirBounds() {
    assertThat(AttributeRules.problemOf(attributes("t".repeat(255), "{}", "s".repeat(1024),
        Collections.nCopies(100, "u")))).isEmpty();
    assertThat(AttributeRules.problemOf(attributes("t".repeat(256), "{}", null, List.of()))).isPresent();
    assertThat(AttributeRules.problemOf(attributes(" ", "{}", null, List.of()))).isPresent();
    assertThat(AttributeRules.problemOf(attributes("t\0", "{}", null, List.of()))).isPresent();
    assertThat(AttributeRules.problemOf(attributes("t", "{}", "s\0", List.of()))).isPresent();
    assertThat(AttributeRules.problemOf(attributes("t", "{}", "s".repeat(1025), List.of()))).isPresent();
    assertThat(AttributeRules.problemOf(attributes("t", "{}", null, List.of(" ")))).isPresent();
    assertThat(AttributeRules.problemOf(attributes("t", "{}", null, Collections.nCopies(101, "u")))).isPresent();
  }

  @Test
  void anExternalIdHasItsBounds() {
    assertThat(AttributeRules.problemOfExternalId(null)).isEmpty();
    assertThat(AttributeRules.problemOfExternalId("a/b")).isEmpty();
    assertThat(AttributeRules.problemOfExternalId("")).isPresent();
    assertThat(AttributeRules.problemOfExternalId("x".repeat(1025))).isPresent();
  }

  private static Attributes attributes(String title, String metadata, String source, List<String> users) {
    return new Attributes(title, metadata, source, new Acl(Sensitivity.PUBLIC, users, List.of(), List.of()));
  }
}
