package io.selfrag.catalog.index;

import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.Failure;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One document while events are folded into it: its revisions in the ledger, and the state users see, which is that of the
 * newest revision of content (S14). Plain computation.
 */
final class DocumentStanding {
  private final UUID tenantId;
  private final UUID knowledgeBaseId;
  private final UUID documentId;
  private final int liveGeneration;
  private final Map<Long, RevisionRow> revisions = new HashMap<>();
  private final Set<Long> changed = new HashSet<>();
  private final Set<RevisionRow> failed = new HashSet<>();
  private long newestRevision;
  private int newestAttempt;
  private String status;
  private @Nullable String stage;
  private @Nullable Failure error;

  DocumentStanding(UUID tenantId, UUID knowledgeBaseId, UUID documentId, int liveGeneration, long newestRevision,
      int newestAttempt, String status, @Nullable String stage, @Nullable Failure error) {
    this.tenantId = tenantId;
    this.knowledgeBaseId = knowledgeBaseId;
    this.documentId = documentId;
    this.liveGeneration = liveGeneration;
    this.newestRevision = newestRevision;
    this.newestAttempt = newestAttempt;
    this.status = status;
    this.stage = stage;
    this.error = error;
  }

  void know(RevisionRow row) {
    revisions.put(row.revision(), row);
  }

  /**
   * Folds an event in; events of a document come in the order of the log.
   *
   * @return false if it tells of another end than the one the attempt has come to: a revision ends once
   */
  boolean apply(DocumentEvent event) {
    var before = revisions.get(event.getRevision());
    var row = before == null ? RevisionRow.introducedBy(event) : before;
    boolean counts = event.getGeneration() == null || event.getGeneration() == liveGeneration;
    if (counts && row.hasEndedOtherwise(event)) {
      return false;
    }
    var after = row.after(event, counts);
    if (before != null && after.equals(before)) {
      return true;
    }
    revisions.put(after.revision(), after);
    changed.add(after.revision());
    if (after.state().equals("failed")) {
      failed.add(after);
    }
    if (after.isContent() && after.isNotOlderThan(newestRevision, newestAttempt)) {
      newestRevision = after.revision();
      newestAttempt = after.attempt();
    }
    follow();
    return true;
  }

  /** Takes over the newest revision's state; that of the revision it equals, if it is unchanged. */
  private void follow() {
    var newest = revisions.get(newestRevision);
    if (newest == null) {
      return;
    }
    var shown = newest;
    if (newest.state().equals("unchanged") && newest.equalsRevision() != null) {
      var equal = revisions.get(newest.equalsRevision());
      // A revision that ended before its twin says nothing more than the twin itself.
      shown = equal == null || equal.state().equals("superseded") ? newest : equal;
    }
    status = switch (shown.state()) {
      case "accepting", "pending" -> "pending";
      case "processing" -> "processing";
      case "indexed", "unchanged" -> "completed";
      case "failed" -> "failed";
      case "interrupted" -> "interrupted";
      case "deleted" -> "deleted";
      default -> status; // superseded: the newer revision's events are on their way
    };
    stage = newest.stage() == null ? stage : newest.stage();
    error = shown.state().equals("failed") ? shown.error() : null;
  }

  UUID tenantId() {
    return tenantId;
  }

  UUID knowledgeBaseId() {
    return knowledgeBaseId;
  }

  UUID documentId() {
    return documentId;
  }

  long newestRevision() {
    return newestRevision;
  }

  int newestAttempt() {
    return newestAttempt;
  }

  String status() {
    return status;
  }

  @Nullable
  String stage() {
    return stage;
  }

  @Nullable
  Failure error() {
    return error;
  }

  boolean isChanged() {
    return !changed.isEmpty();
  }

  /** Rows that are not as they were read. */
  List<RevisionRow> changedRevisions() {
    return changed.stream().sorted().map(revisions::get).filter(Objects::nonNull).toList();
  }

  /** Rows that failed in this batch: what they left behind must go. */
  Set<RevisionRow> failedRevisions() {
    return failed;
  }
}
