package io.selfrag.catalog.index;

import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.Failure;
import io.selfrag.schemas.avro.Stage;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A revision in the ledger and how events move it on: forward only, and out of a terminal state only by a higher attempt (S14).
 *
 * @param stage of the last event that counted; not stored with the row
 */
record RevisionRow(UUID documentId, long revision, int attempt, String kind, String state, @Nullable Integer chunkCount,
    @Nullable Long equalsRevision, @Nullable Failure error, @Nullable Instant finishedAt, @Nullable String stage) {

  /** A row for an event of a revision that the ledger does not know: it came from an external producer. */
  static RevisionRow introducedBy(DocumentEvent event) {
    var kind = switch (event.getStage()) {
      case DELETED -> "delete";
      case PATCHED -> "patch";
      case INTERRUPTED -> "interrupt";
      case UNKNOWN, QUEUED, UNCHANGED, SUPERSEDED, PARSED, CHUNKED, EMBEDDED, INDEXED, FAILED -> "upsert";
    };
    return new RevisionRow(event.getDocumentId(), event.getRevision(), event.getAttempt(), kind, "pending", null, null,
        null, null, null);
  }

  /**
   * The row after an event.
   *
   * @param counts false for an event about a generation that queries do not see: it says nothing of the document
   */
  RevisionRow after(DocumentEvent event, boolean counts) {
    if (event.getAttempt() < attempt) {
      return this;
    }
    var row = event.getAttempt() > attempt ? startedAgain(event.getAttempt()) : this;
    var next = stateOf(event.getStage());
    if (!counts || rank(next) < rank(row.state) || isTerminal(row.state)) {
      return row;
    }
    var count = event.getChunkCount() == null ? row.chunkCount : event.getChunkCount();
    var name = event.getStage().name().toLowerCase(Locale.ROOT);
    return new RevisionRow(documentId, revision, row.attempt, row.kind, next, count,
        event.getStage() == Stage.UNCHANGED ? event.getEqualsRevision() : row.equalsRevision,
        event.getStage() == Stage.FAILED ? event.getError() : null, isTerminal(next) ? event.getAt() : null, name);
  }

  /** True if the event is about an end of this attempt, which has come to another end before. */
  boolean hasEndedOtherwise(DocumentEvent event) {
    var end = stateOf(event.getStage());
    return event.getAttempt() == attempt && isTerminal(state) && isTerminal(end) && !state.equals(end);
  }

  /** True if the document's own state follows this row: content that was sent or interrupted and is tried again, or a delete. */
  boolean isContent() {
    return kind.equals("upsert") || kind.equals("delete");
  }

  boolean isNotOlderThan(long otherRevision, int otherAttempt) {
    return revision > otherRevision || (revision == otherRevision && attempt >= otherAttempt);
  }

  /** What was interrupted goes on under the revision of its interrupt, which from then on brings content. */
  private RevisionRow startedAgain(int newAttempt) {
    return new RevisionRow(documentId, revision, newAttempt, kind.equals("interrupt") ? "upsert" : kind, "pending",
        null,
        null, null, null, null);
  }

  static boolean isTerminal(String state) {
    return rank(state) == 3;
  }

  private static int rank(String state) {
    return switch (state) {
      case "accepting" -> 0;
      case "pending" -> 1;
      case "processing" -> 2;
      default -> 3;
    };
  }

  private static String stateOf(Stage stage) {
    return switch (stage) {
      case UNKNOWN -> "accepting";
      case QUEUED -> "pending";
      case PARSED, CHUNKED, EMBEDDED -> "processing";
      case UNCHANGED, SUPERSEDED, INDEXED, PATCHED, INTERRUPTED, DELETED, FAILED -> stage.name()
          .toLowerCase(Locale.ROOT);
    };
  }
}
