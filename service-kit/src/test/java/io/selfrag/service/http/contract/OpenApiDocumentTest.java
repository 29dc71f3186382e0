package io.selfrag.service.http.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.schemas.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class OpenApiDocumentTest {
  private final ObjectNode document = OpenApiDocument.read();

  private record Place(String pointer, JsonNode node) {}

  private static List<Place> all(String pointer, JsonNode node) {
    var places = new ArrayList<>(List.of(new Place(pointer, node)));
    if (node.isObject()) {
      node.properties().forEach(it -> places.addAll(
          all(pointer + "/" + it.getKey().replace("~", "~0").replace("/", "~1"), it.getValue())));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        places.addAll(all(pointer + "/" + i, node.get(i)));
      }
    }
    return places;
  }

  @Test
  void itIsOpenApi31WithBothCredentials() {
    assertThat(document.path("openapi").asString()).startsWith("3.1.");
    assertThat(document.at("/components/securitySchemes").propertyNames()).contains("api_key", "admin_token");
  }

  @Test
  void everyReferenceLeadsSomewhereAndNothingOfTheShorthandIsLeft() {
    assertThat(all("", document)).allSatisfy(it -> {
      if (it.pointer().endsWith("/$ref")) {
        assertThat(document.at(it.node().asString().substring(1)).isMissingNode()).as(it.node().asString()).isFalse();
      }
      assertThat(it.pointer()).doesNotEndWith("/x-answer").doesNotEndWith("/x-absent").doesNotEndWith("/x-codes")
          .doesNotEndWith("/x-role").doesNotEndWith("/x-page-of");
    });
  }

  @Test
  void everyErrorCodeIsExplainedAndThoseOfTheApiAreAnswersOfSomeRoute() {
    var text = document.toString();

    assertThat(document.at("/components/schemas/ErrorCode/enum").valueStream().map(JsonNode::asString))
        .containsExactlyElementsOf(Arrays.stream(ErrorCode.values()).map(Enum::name).toList());
    // What documents fail with is no answer, but stands in their error.
    var ofDocuments = List.of(ErrorCode.ENCRYPTED, ErrorCode.CORRUPT, ErrorCode.EMPTY_DOCUMENT, ErrorCode.NO_TEXT_LAYER,
        ErrorCode.PARSE_TIMEOUT, ErrorCode.ARCHIVE_LIMIT, ErrorCode.UNSUPPORTED_FORMAT, ErrorCode.WRONG_DIMENSION,
        ErrorCode.INVALID_VECTOR, ErrorCode.UNDECODABLE, ErrorCode.BAD_KEY, ErrorCode.METHOD_NOT_ALLOWED);
    assertThat(ErrorCode.values()).filteredOn(it -> !ofDocuments.contains(it))
        .allSatisfy(
            it -> assertThat(text).contains("urn:selfrag:error:" + it.name().toLowerCase(java.util.Locale.ROOT)));
  }

  @Test
  void everyExampleFitsItsSchemaAndEveryJsonBodyHasOne() {
    var bodies = all("", document).stream().filter(it -> it.pointer().endsWith("/content/application~1json")).toList();

    assertThat(bodies).isNotEmpty().allSatisfy(it -> {
      if (it.pointer().contains("/requestBody/")) {
        assertThat(it.node().has("example")).as(it.pointer()).isTrue();
      }
      if (it.node().has("example")) {
        ContractCheck.matches(it.pointer(), it.node().get("schema"), it.node().get("example"));
      }
    });
    all("", document).stream().filter(it -> it.pointer().endsWith("/content/application~1problem+json"))
        .forEach(it -> it.node().path("examples")
            .forEach(one -> ContractCheck.matches(it.pointer(), it.node().get("schema"), one.get("value"))));
  }

  @Test
  void anOperationHasANameOfItsOwnAndSaysWhatItDoes() {
    var operations = all("", document).stream().filter(it -> it.node().has("operationId")).toList();

    assertThat(operations).hasSizeGreaterThan(50).extracting(it -> it.node().path("operationId").asString())
        .doesNotHaveDuplicates();
    assertThat(operations).allSatisfy(it -> {
      assertThat(it.node().path("summary").asString()).isNotBlank();
      assertThat(document.path("tags").valueStream().map(tag -> tag.path("name").asString()))
          .contains(it.node().at("/tags/0").asString());
    });
  }

  @Test
  void anAnswerThatTheDocumentDoesNotHaveIsNoticed() {
    var me = "{\"role\":\"read\",\"tenant_id\":\"0b9c8d7e-6f5a-4b3c-8d2e-1f0a9b8c7d6e\","
        + "\"key_id\":\"0b9c8d7e-6f5a-4b3c-8d2e-1f0a9b8c7d6e\",\"scope_kb_ids\":null,\"identity\":null";
    ContractCheck.check("GET", "/v1/me?x=1", 200, "application/json", me + "}");

    assertThatThrownBy(() -> ContractCheck.check("GET", "/v1/me", 200, "application/json", me + ",\"secret\":1}"))
        .isInstanceOf(AssertionError.class).hasMessageContaining("secret");
    assertThatThrownBy(() -> ContractCheck.check("GET", "/v1/me", 200, "application/json", "{\"role\":\"read\"}"))
        .isInstanceOf(AssertionError.class).hasMessageContaining("tenant_id");
    assertThatThrownBy(() -> ContractCheck.check("GET", "/v1/me", 409, "application/problem+json", ""))
        .isInstanceOf(AssertionError.class).hasMessageContaining("status");
    assertThatThrownBy(() -> ContractCheck.check("GET", "/v1/me", 200, "text/html", "<p>"))
        .isInstanceOf(AssertionError.class).hasMessageContaining("content type");
    assertThatThrownBy(() -> ContractCheck.check("GET", "/v1/nothing", 200, "application/json", "{}"))
        .isInstanceOf(AssertionError.class).hasMessageContaining("no such route");
  }
}
