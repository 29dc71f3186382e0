package io.selfrag.catalog.intake;

import io.selfrag.schemas.avro.Sensitivity;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.RawValue;

/** Attributes as the JSON that {@code jsonb_to_record} reads, with the names of their columns. */
final class AttributesJson {
  private AttributesJson() {}

  static String write(JsonMapper json, DocumentAttributes attributes) {
    var node = json.createObjectNode();
    node.put("title", attributes.title());
    node.putRawValue("metadata", new RawValue(attributes.metadata()));
    node.put("source", attributes.source());
    node.put("sensitivity_level", attributes.sensitivityName());
    node.set("acl_users", json.valueToTree(attributes.users()));
    node.set("acl_roles", json.valueToTree(attributes.roles()));
    node.set("acl_groups", json.valueToTree(attributes.groups()));
    return json.writeValueAsString(node);
  }

  static DocumentAttributes read(JsonMapper json, String text) {
    var node = json.readTree(text);
    var source = node.path("source");
    return new DocumentAttributes(node.path("title").asString(), json.writeValueAsString(node.path("metadata")),
        source.isString() ? source.asString() : null,
        Sensitivity.valueOf(node.path("sensitivity_level").asString().toUpperCase(Locale.ROOT)),
        texts(node.path("acl_users")), texts(node.path("acl_roles")), texts(node.path("acl_groups")));
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asString).map(Objects::requireNonNull).toList();
  }
}
