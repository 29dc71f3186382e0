package io.selfrag.catalog.index;

import java.util.Set;

/**
 * What the ledger says about a revision.
 *
 * @param attempt the newest
 * @param state of that attempt
 */
public record RevisionFence(int attempt, String state) {
  private static final Set<String> OPEN = Set.of("accepting", "pending", "processing");
  private static final Set<String> GIVEN_UP = Set.of("superseded", "interrupted", "failed");

  /** True if this attempt ended without becoming live; terminal is terminal. */
  boolean hasGivenUp(int ofAttempt) {
    return ofAttempt < attempt || (ofAttempt == attempt && GIVEN_UP.contains(state));
  }

  boolean hasEnded(int ofAttempt) {
    return ofAttempt < attempt || (ofAttempt == attempt && !OPEN.contains(state));
  }
}
