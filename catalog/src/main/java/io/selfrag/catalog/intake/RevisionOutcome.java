package io.selfrag.catalog.intake;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a revision stands. An unchanged one reports the state of the revision that it equals (S6).
 *
 * @param state of {@code document_revisions}
 * @param version the document's version as users count, 0 while nothing of it was searchable
 */
public record RevisionOutcome(RevisionKey key, String state, int version, @Nullable Integer chunkCount,
    @Nullable String errorStage, @Nullable String errorCode, @Nullable String errorMessage) {
  private static final Set<String> OPEN = Set.of("accepting", "pending", "processing");

  /** True once nothing more will happen to it. */
  public boolean isTerminal() {
    return !OPEN.contains(state);
  }
}
