package io.selfrag.catalog.index;

import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.Failure;
import io.selfrag.schemas.avro.Stage;
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
  private final Owner owner;
  private final Index index;
  private final Map<Long, RevisionRow> revisions = new HashMap<>();
  private final Set<Long> changed = new HashSet<>();
  private final Set<RevisionRow> failed = new HashSet<>();
  private final Set<RevisionRow> resumed = new HashSet<>();
  private boolean overtakenDelete;
  private long newestRevision;
  private int newestAttempt;
  private String status;
  private @Nullable String stage;
  private @Nullable Failure error;

  /** Whose document it is. */
  record Owner(UUID tenantId, UUID knowledgeBaseId, UUID documentId) {}

  /**
   * What the sink has made of it; it holds the document's lock when it changes this.
   *
   * @param live what queries see; null if nothing
   */
  record Index(int liveGeneration, @Nullable Live live, long deletedRevision, long interruptedRevision) {
    boolean shows(DocumentEvent event) {
      return live != null && live.revision() == event.getRevision() && live.attempt() == event.getAttempt();
    }
  }

  DocumentStanding(Owner owner, Index index, long newestRevision, int newestAttempt, String status,
      @Nullable String stage, @Nullable Failure error) {
    this.owner = owner;
    this.index = index;
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
    if (event.getStage() == Stage.UNKNOWN) {
      return true; // of a newer version of the schema: for people to read, nothing follows from it
    }
    var before = revisions.get(event.getRevision());
    var row = before == null ? RevisionRow.introducedBy(event) : before;
    boolean counts = event.getGeneration() == null || event.getGeneration() == index.liveGeneration();
    if (counts && (row.hasEndedOtherwise(event) || isRefuted(event))) {
      return false;
    }
    var after = row.after(event, counts);
    if (before != null && after.equals(before)) {
      return true;
    }
    revisions.put(after.revision(), after);
    changed.add(after.revision());
    note(row, after);
    if (after.isContent() && after.isNotOlderThan(newestRevision, newestAttempt)) {
      newestRevision = after.revision();
      newestAttempt = after.attempt();
    }
    follow();
    return true;
  }

  /** What is live did not fail, whoever says so: a copy of a chunk may fail after the chunk itself went through. */
  private boolean isRefuted(DocumentEvent event) {
    return index.shows(event) && switch (event.getStage()) {
      case FAILED, SUPERSEDED, INTERRUPTED -> true;
      case UNKNOWN, QUEUED, UNCHANGED, PARSED, CHUNKED, EMBEDDED, INDEXED, PATCHED, DELETED -> false;
    };
  }

  private void note(RevisionRow before, RevisionRow after) {
    if (after.state().equals("failed")) {
      failed.add(after);
    }
    if (!after.kind().equals(before.kind())) {
      resumed.add(after);
    }
    overtakenDelete |= after.kind().equals("delete") && after.state().equals("superseded")
        && after.revision() <= index.deletedRevision();
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
      // By an interrupt that came first there is nothing newer; else the newer revision's events are on their way.
      default -> index.interruptedRevision() > shown.revision() ? "interrupted" : status;
    };
    stage = newest.stage() == null ? stage : newest.stage();
    error = shown.state().equals("failed") ? shown.error() : null;
  }

  UUID tenantId() {
    return owner.tenantId();
  }

  UUID knowledgeBaseId() {
    return owner.knowledgeBaseId();
  }

  UUID documentId() {
    return owner.documentId();
  }

  int liveGeneration() {
    return index.liveGeneration();
  }

  long deletedRevision() {
    return index.deletedRevision();
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

  /** True if a delete whose tombstone stands ended as superseded in this batch. */
  boolean hasOvertakenDelete() {
    return overtakenDelete;
  }

  /** Rows that are not as they were read. */
  List<RevisionRow> changedRevisions() {
    return changed.stream().sorted().map(revisions::get).filter(Objects::nonNull).toList();
  }

  /** Rows that failed in this batch: what they left behind must go. */
  Set<RevisionRow> failedRevisions() {
    return failed;
  }

  /** Interrupts that were tried again in this batch. */
  Set<RevisionRow> resumedRevisions() {
    return resumed;
  }
}
