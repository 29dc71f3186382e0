package io.selfrag.vectorstore;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What of a document its points carry: what hits can be filtered by, and the title, which BM25 sees. It may change without new
 * chunks.
 *
 * @param title empty in what was written before points had one
 * @param sensitivity {@code public}, {@code internal} or {@code restricted}
 * @param metadata the document's metadata, JSON values as Java values (String, Boolean, Long, Double, List, Map); nested
 *     keys are addressed with dots; fields that are null are left out, for a filter cannot tell them from absent ones
 */
public record PointAttributes(String title, String sensitivity, List<String> aclUsers, List<String> aclRoles,
    List<String> aclGroups,
    String language, Map<String, Object> metadata) {
  public PointAttributes {
    title = Objects.requireNonNullElse(title, "");
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
