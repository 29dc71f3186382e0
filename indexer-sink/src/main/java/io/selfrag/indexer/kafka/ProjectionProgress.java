package io.selfrag.indexer.kafka;

/** Says how far the timeline is projected, where a row that should be there is not. */
@FunctionalInterface
public interface ProjectionProgress {
  /** True if everything that was on the timeline when this was called is projected. Blocks. */
  boolean isCaughtUp() throws InterruptedException;
}
