package io.selfrag.catalog.tenant;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A tenant with its counters.
 *
 * @param plan free, standard or enterprise
 * @param status active or disabled; one being deleted is not found
 * @param isolationStrategy partition, collection or auto
 * @param quotaKbCount -1: without limit, as the other quotas
 */
public record Tenant(UUID id, String name, String plan, String status, String isolationStrategy, int quotaKbCount,
    int quotaDocCount, int quotaStorageMb, long kbCount, long docCount, long storageBytes, Instant createdAt,
    Instant updatedAt, @Nullable Instant disabledAt, @Nullable String disabledReason) {}
