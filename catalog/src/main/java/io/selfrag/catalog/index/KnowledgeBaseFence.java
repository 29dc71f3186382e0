package io.selfrag.catalog.index;

import io.selfrag.catalog.isolation.Route;
import java.util.Set;
import java.util.UUID;

/**
 * What a knowledge base's and its tenant's rows say about work that arrives for it.
 *
 * @param route where the tenant's points are
 * @param routeEpoch raised by every step of an isolation migration
 * @param closedGenerations those for which nothing is written any more
 */
public record KnowledgeBaseFence(UUID id, UUID tenantId, String status, int liveGeneration, String tenantStatus,
    Route route, long routeEpoch, Set<Integer> closedGenerations) {
  private static final String DELETING = "deleting";

  public KnowledgeBaseFence {
    closedGenerations = Set.copyOf(closedGenerations);
  }

  /** True while work for it is wanted; a disabled tenant's documents are still indexed. */
  boolean isOpen() {
    return !status.equals(DELETING) && !tenantStatus.equals(DELETING);
  }

  /** True while the live generation is being switched: its rows are written, its flips wait (S19). */
  boolean withholdsFlips() {
    return status.equals("switching");
  }
}
