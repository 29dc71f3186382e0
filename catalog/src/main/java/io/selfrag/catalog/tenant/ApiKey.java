package io.selfrag.catalog.tenant;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key as it is stored: never with its secret.
 *
 * @param role read, write or admin
 * @param prefix the first characters of the secret, so that a person tells keys apart
 * @param scopeKnowledgeBaseIds null: all of the tenant's
 * @param identity JSON: user_id, roles, groups, clearance
 */
public record ApiKey(UUID id, UUID tenantId, String name, @Nullable String description, String role, String prefix,
    @Nullable List<UUID> scopeKnowledgeBaseIds, @Nullable Instant expiresAt, @Nullable Integer rateLimitPerMinute,
    @Nullable String identity, @Nullable Instant revokedAt, @Nullable Instant lastUsedAt, Instant createdAt,
    Instant updatedAt) {
  public ApiKey {
    scopeKnowledgeBaseIds = scopeKnowledgeBaseIds == null ? null : List.copyOf(scopeKnowledgeBaseIds);
  }
}
