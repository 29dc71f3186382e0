package io.selfrag.ingest.accept;

import io.selfrag.catalog.intake.AcceptingRevisions.Horizon;
import reactor.core.publisher.Mono;

/** Where the documents topics end, and how far order is in them. */
public interface OrderProgress {
  /** The end of every partition of both lanes now. */
  Mono<Horizon> endOffsets();

  /** Whether order's committed offsets have passed all of it. */
  Mono<Boolean> hasPassed(Horizon horizon);
}
