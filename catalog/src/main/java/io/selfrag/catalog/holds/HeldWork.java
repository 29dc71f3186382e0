package io.selfrag.catalog.holds;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a job or a tenant's bulk lane stands.
 *
 * @param jobId null: the tenant's whole bulk lane
 * @param state running, paused, cancelling or cancelled
 * @param since of the state; null while it runs
 * @param open revisions that have not ended
 * @param parked versions that wait for the end of a pause, that of the whole lane included
 */
public record HeldWork(UUID tenantId, @Nullable UUID jobId, String state, @Nullable Instant since, long open,
    long parked) {}
