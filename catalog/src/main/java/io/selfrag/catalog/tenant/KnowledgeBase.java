package io.selfrag.catalog.tenant;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A knowledge base with its counters.
 *
 * @param config JSON
 */
public record KnowledgeBase(UUID id, UUID tenantId, String name, @Nullable String description, String config,
    int liveGeneration, long documentCount, long chunkCount, Instant createdAt, Instant updatedAt) {}
