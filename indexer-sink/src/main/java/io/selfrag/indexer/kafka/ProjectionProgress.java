package io.selfrag.indexer.kafka;

/** Says how far the timeline is projected, where a row that should be there is not. Both calls block. */
interface ProjectionProgress {
  /** Where the timeline ends now. */
  Horizon horizon() throws InterruptedException;

  /** A place on the timeline. */
  interface Horizon {
    /** True if everything before it is projected; what came after does not matter. */
    boolean isPassed() throws InterruptedException;
  }
}
