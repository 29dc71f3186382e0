package io.selfrag.ingest.accept;

import io.selfrag.catalog.intake.IntakeChecks;
import io.selfrag.schemas.Lane;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/** Decides which lane each document takes, so that nobody's import delays somebody's single upload (S20). */
public final class LaneChoice {
  private final IntakeChecks checks;
  private final int maxInFlight;
  private final long maxBytes;

  /**
   * @param maxInFlight a tenant with as many unfinished interactive documents goes to bulk with the next
   * @param maxBytes larger content goes to bulk
   */
  public LaneChoice(IntakeChecks checks, int maxInFlight, long maxBytes) {
    this.checks = checks;
    this.maxInFlight = maxInFlight;
    this.maxBytes = maxBytes;
  }

  /** The lane of each document, in order. */
  Mono<List<Lane>> of(Intake intake, List<IncomingDocument> documents) {
    if (intake.bulk()) {
      return Mono.just(documents.stream().map(it -> Lane.BULK).toList());
    }
    return checks.interactiveInFlight(intake.tenantId(), maxInFlight)
        .map(inFlight -> assign(inFlight, documents.stream().map(it -> it.content().sizeBytes()).toList()));
  }

  List<Lane> assign(int inFlight, List<Long> sizes) {
    var lanes = new ArrayList<Lane>(sizes.size());
    int open = inFlight;
    for (long size : sizes) {
      boolean interactive = size <= maxBytes && open < maxInFlight;
      lanes.add(interactive ? Lane.INTERACTIVE : Lane.BULK);
      open += interactive ? 1 : 0;
    }
    return lanes;
  }
}
