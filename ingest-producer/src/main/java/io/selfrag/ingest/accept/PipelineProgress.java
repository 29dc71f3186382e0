package io.selfrag.ingest.accept;

import io.selfrag.catalog.intake.AcceptingRevisions.Horizon;
import reactor.core.publisher.Mono;

/** Where the topics end that a command passes on its way to a state, and how far their readers are. */
public interface PipelineProgress {
  /** Who must have passed a command before its revision is known, one after the other. */
  enum Reader {
    /** Reads commands of both lanes; what it says of one is on the timeline before its own progress is. */
    ORDER,
    /** Reads the timeline; what it has passed is in the database. */
    PROJECTION
  }

  /** The end now of every partition that the reader reads. */
  Mono<Horizon> end(Reader reader);

  /** Of which reader this is an end. */
  Reader readerOf(Horizon horizon);

  /** Whether the committed offsets of its reader have passed all of it. */
  Mono<Boolean> hasPassed(Horizon horizon);
}
