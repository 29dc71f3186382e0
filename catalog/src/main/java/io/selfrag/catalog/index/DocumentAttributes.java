package io.selfrag.catalog.index;

import io.selfrag.schemas.avro.Attributes;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.RawValue;

/**
 * What of a document can change without new chunks.
 *
 * @param metadata a JSON object
 * @param sensitivity public, internal or restricted
 */
public record DocumentAttributes(String title, String metadata, @Nullable String source, String sensitivity,
    List<String> aclUsers, List<String> aclRoles, List<String> aclGroups) {
  public DocumentAttributes {
    aclUsers = List.copyOf(aclUsers);
    aclRoles = List.copyOf(aclRoles);
    aclGroups = List.copyOf(aclGroups);
  }

  /** As they travel. */
  public static DocumentAttributes of(Attributes attributes) {
    var acl = attributes.getAcl();
    return new DocumentAttributes(attributes.getTitle(), attributes.getMetadata(), attributes.getSource(),
        acl.getSensitivity().name().toLowerCase(Locale.ROOT), acl.getUsers(), acl.getRoles(), acl.getGroups());
  }

  /** A JSON object with the names of the documents' columns. */
  String toJson(JsonMapper json) {
    var node = json.createObjectNode();
    node.put("title", title);
    node.putRawValue("metadata", new RawValue(metadata));
    node.put("source", source);
    node.put("sensitivity_level", sensitivity);
    node.set("acl_users", json.valueToTree(aclUsers));
    node.set("acl_roles", json.valueToTree(aclRoles));
    node.set("acl_groups", json.valueToTree(aclGroups));
    return json.writeValueAsString(node);
  }
}
