package io.selfrag.catalog.holds;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that is held back.
 *
 * @param jobId null: the tenant's whole bulk lane
 * @param pausedAt null if it is not paused
 * @param cancelledAt what was accepted before is to end; null if nothing is
 */
public record Hold(UUID tenantId, @Nullable UUID jobId, @Nullable Instant pausedAt, @Nullable Instant cancelledAt) {
  /** Whether it holds back what belongs to this tenant and job. */
  public boolean holds(UUID tenant, @Nullable UUID job) {
    return tenantId.equals(tenant) && (jobId == null || jobId.equals(job));
  }
}
