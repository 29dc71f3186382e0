package io.selfrag.query.tenants.http;

import io.selfrag.catalog.tenant.ApiKey;
import io.selfrag.query.tenants.KeyDraft;
import io.selfrag.service.http.CallerIdentity;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A key as it is answered, without its secret. */
record KeyView(UUID id, UUID tenantId, String name, @Nullable String description, String role, String keyPrefix,
    @Nullable List<UUID> scopeKbIds, @Nullable Instant expiresAt, @Nullable Integer rateLimitPerMinute,
    @Nullable CallerIdentity identity, boolean revoked, @Nullable Instant revokedAt, @Nullable Instant lastUsedAt,
    Instant createdAt, Instant updatedAt) {
  static KeyView of(ApiKey key, KeyDraft draft) {
    return new KeyView(key.id(), key.tenantId(), key.name(), key.description(), key.role(), key.prefix(),
        key.scopeKnowledgeBaseIds(), key.expiresAt(), key.rateLimitPerMinute(), draft.identity(),
        key.revokedAt() != null,
        key.revokedAt(), key.lastUsedAt(), key.createdAt(), key.updatedAt());
  }
}
