package io.selfrag.query.tenants;

import io.selfrag.service.http.CallerIdentity;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What may be said about a key. */
public record KeyDraft(String name, @Nullable String description, String role, @Nullable List<UUID> scopeKbIds,
    @Nullable Instant expiresAt, @Nullable Integer rateLimitPerMinute, @Nullable CallerIdentity identity) {
  public KeyDraft {
    scopeKbIds = scopeKbIds == null ? null : List.copyOf(scopeKbIds);
  }

  /** The first key of a tenant. */
  static KeyDraft initial() {
    return new KeyDraft("initial", null, "admin", null, null, null, null);
  }
}
