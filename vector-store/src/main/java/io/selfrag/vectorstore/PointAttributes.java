package io.selfrag.vectorstore;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What hits can be filtered by.
 *
 * @param sensitivity {@code public}, {@code internal} or {@code restricted}
 * @param metadata the document's metadata, JSON values as Java values (String, Boolean, Long, Double, List, Map); nested
 *     keys are addressed with dots; fields that are null are left out, for a filter cannot tell them from absent ones
 */
public record PointAttributes(String sensitivity, List<String> aclUsers, List<String> aclRoles, List<String> aclGroups,
    String language, Map<String, Object> metadata) {
  public PointAttributes {
    aclUsers = List.copyOf(aclUsers);
    aclRoles = List.copyOf(aclRoles);
    aclGroups = List.copyOf(aclGroups);
    metadata = withoutNulls(metadata);
  }

  private static Map<String, Object> withoutNulls(Map<String, ? extends @Nullable Object> metadata) {
    var present = new LinkedHashMap<String, Object>();
    metadata.forEach((field, value) -> {
      if (value != null) {
        present.put(field, value);
      }
    });
    return Collections.unmodifiableMap(present);
  }
}
