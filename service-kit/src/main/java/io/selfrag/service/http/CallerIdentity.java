package io.selfrag.service.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who a key speaks for, compared with the ACL of documents.
 *
 * @param clearance public, internal or restricted; null counts as public
 */
public record CallerIdentity(@JsonProperty("user_id") @Nullable String userId, List<String> roles, List<String> groups,
    @Nullable String clearance) {
  // Absent lists come as null from JSON.
  @SuppressWarnings("NullAway")
  public CallerIdentity {
    roles = roles == null ? List.of() : List.copyOf(roles);
    groups = groups == null ? List.of() : List.copyOf(groups);
  }
}
