package io.selfrag.catalog.holds;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a tenant's bulk work goes on.
 *
 * @param state running, paused or cancelling; what is being cancelled may be paused too
 * @param since null while it is running
 */
public record BulkLane(String state, @Nullable Instant since) {
  /** The lane of a tenant that nothing holds back. */
  public static final BulkLane RUNNING = new BulkLane("running", null);

  /** As the hold of a lane says it. */
  public static BulkLane of(@Nullable Instant pausedAt, @Nullable Instant cancelledAt) {
    if (cancelledAt != null) {
      return new BulkLane("cancelling", cancelledAt);
    }
    return pausedAt == null ? RUNNING : new BulkLane("paused", pausedAt);
  }
}
