package io.selfrag.service.http.contract;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes out what the files say in short: {@code x-answer} (all properties are there, but those in {@code x-absent}), {@code x-page-of},
 * and references to {@code x-responses} and {@code x-bodies}.
 */
final class SchemaShorthand {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final ObjectNode whole;

  private SchemaShorthand(ObjectNode whole) {
    this.whole = whole;
  }

  static void writeOut(ObjectNode whole) {
    var shorthand = new SchemaShorthand(whole);
    whole.path("paths").forEach(shorthand::visit);
    whole.path("components").forEach(shorthand::visit);
    whole.remove("x-responses");
    whole.remove("x-bodies");
  }

  private void visit(JsonNode node) {
    if (node instanceof ArrayNode list) {
      list.forEach(this::visit);
    }
    if (!(node instanceof ObjectNode object)) {
      return;
    }
    while (object.path("$ref").asString("").startsWith("#/x-")) {
      var pointer = object.remove("$ref").asString().substring(1);
      var target = whole.at(pointer);
      if (!(target instanceof ObjectNode shared)) {
        throw new IllegalStateException("nothing is at " + pointer);
      }
      object.setAll(shared.deepCopy());
    }
    var pageOf = object.remove("x-page-of");
    if (pageOf != null) {
      object.setAll(pageOf(pageOf.asString()));
    }
    var isAnswer = object.remove("x-answer");
    var absent = object.remove("x-absent");
    if (isAnswer != null) {
      var required = object.putArray("required");
      for (String name : object.path("properties").propertyNames()) {
        if (absent == null || absent.valueStream().noneMatch(it -> it.asString().equals(name))) {
          required.add(name);
        }
      }
    }
    object.forEach(this::visit);
  }

  private static ObjectNode pageOf(String schema) {
    var page = JSON.createObjectNode().put("type", "object");
    var properties = page.putObject("properties");
    properties.putObject("items").put("type", "array").putObject("items").put("$ref", "#/components/schemas/" + schema);
    var required = page.putArray("required").add("items");
    for (String number : List.of("total", "page", "page_size", "pages")) {
      properties.putObject(number).put("type", "integer");
      required.add(number);
    }
    return page;
  }
}
