package io.selfrag.catalog.tenant;

import io.selfrag.catalog.holds.BulkLane;
import io.selfrag.catalog.isolation.Migration;
import io.selfrag.catalog.isolation.Place;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A tenant with its counters.
 *
 * @param plan free, standard or enterprise
 * @param status active or disabled; one being deleted is not found
 * @param isolationStrategy partition, collection or auto: where its points should be
 * @param quotaKbCount -1: without limit, as the other quotas
 * @param place where queries look for its points
 * @param migration of its points to another place; null if none is under way
 * @param bulkLane whether its bulk work goes on
 */
public record Tenant(UUID id, String name, String plan, String status, String isolationStrategy, int quotaKbCount,
    int quotaDocCount, int quotaStorageMb, long kbCount, long docCount, long storageBytes, Instant createdAt,
    Instant updatedAt, @Nullable Instant disabledAt, @Nullable String disabledReason, Place place,
    @Nullable Migration migration, BulkLane bulkLane) {}
