package io.selfrag.vectorstore;

import java.util.List;
import java.util.Map;

/**
 * What hits can be filtered by.
 *
 * @param sensitivity {@code public}, {@code internal} or {@code restricted}
 * @param metadata the document's metadata, JSON values as Java values (String, Boolean, Long, Double, List, Map); nested
 *     keys are addressed with dots
 */
public record PointAttributes(String sensitivity, List<String> aclUsers, List<String> aclRoles, List<String> aclGroups,
    String language, Map<String, Object> metadata) {
  public PointAttributes {
    aclUsers = List.copyOf(aclUsers);
    aclRoles = List.copyOf(aclRoles);
    aclGroups = List.copyOf(aclGroups);
    metadata = Map.copyOf(metadata);
  }
}
