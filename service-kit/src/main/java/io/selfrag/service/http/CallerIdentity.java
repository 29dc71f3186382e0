package io.selfrag.service.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who a key speaks for, compared with the ACL of documents.
 *
 * @param clearance public, internal or restricted; null counts as public
 */
public record CallerIdentity(@Nullable String userId, List<String> roles, List<String> groups,
    @Nullable String clearance) {
  public CallerIdentity {
    roles = List.copyOf(roles);
    groups = List.copyOf(groups);
  }
}
