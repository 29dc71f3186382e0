package io.selfrag.catalog.tenant;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A key to be stored; {@code hash} is the SHA-256 of its secret. */
public record NewApiKey(UUID id, UUID tenantId, String name, @Nullable String description, String role, byte[] hash,
    String prefix, @Nullable List<UUID> scopeKnowledgeBaseIds, @Nullable Instant expiresAt,
    @Nullable Integer rateLimitPerMinute, @Nullable String identity) {}
