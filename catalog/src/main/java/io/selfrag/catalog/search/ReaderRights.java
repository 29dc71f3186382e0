package io.selfrag.catalog.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose document rights apply: a document is readable iff its sensitivity is within the clearance and, where it lists any user,
 * role or group, at least one matches.
 *
 * @param clearance {@code public}, {@code internal} or {@code restricted}
 */
public record ReaderRights(@Nullable String userId, List<String> roles, List<String> groups, String clearance) {
  public ReaderRights {
    roles = List.copyOf(roles);
    groups = List.copyOf(groups);
  }
}
