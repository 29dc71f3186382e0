package io.selfrag.catalog.index;

import java.util.List;
import org.jspecify.annotations.Nullable;

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
}
