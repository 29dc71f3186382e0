package io.selfrag.ingest.http;

import io.selfrag.catalog.intake.RevisionKey;
import io.selfrag.catalog.intake.RevisionOutcome;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where an accepted document stands. */
record DocumentReply(UUID documentId, String status, @Nullable Integer version, @Nullable Integer chunkCount,
    @Nullable ErrorBody error) {

  static DocumentReply pending(RevisionKey revision) {
    return new DocumentReply(revision.documentId(), "pending", null, null, null);
  }

  static DocumentReply of(RevisionOutcome outcome) {
    var state = outcome.state().equals("accepting") ? "pending" : outcome.state();
    return new DocumentReply(outcome.key().documentId(), state, outcome.version() == 0 ? null : outcome.version(),
        outcome.chunkCount(), ErrorBody.of(outcome.errorStage(), outcome.errorCode(), outcome.errorMessage()));
  }

  /** 201 once it is searchable, 200 if nothing changed, else 202. */
  int httpStatus() {
    return switch (status) {
      case "indexed" -> 201;
      case "unchanged" -> 200;
      default -> 202;
    };
  }
}
