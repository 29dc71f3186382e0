package io.selfrag.catalog.index;

import io.selfrag.catalog.isolation.Route;
import java.util.UUID;

/**
 * What a knowledge base's and its tenant's rows say about work that arrives for it.
 *
 * @param route where the tenant's points are
 * @param routeEpoch raised by every step of an isolation migration
 */
public record KnowledgeBaseFence(UUID id, UUID tenantId, String status, int liveGeneration, String tenantStatus,
    Route route, long routeEpoch) {
  private static final String DELETING = "deleting";

  /** True while work for it is wanted; a disabled tenant's documents are still indexed. */
  boolean isOpen() {
    return !status.equals(DELETING) && !tenantStatus.equals(DELETING);
  }

  /** True while the live generation is being switched: rows are written, flips wait (S19). */
  boolean withholdsFlips() {
    return status.equals("switching");
  }
}
