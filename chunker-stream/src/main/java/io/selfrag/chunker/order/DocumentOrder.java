package io.selfrag.chunker.order;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.avro.Baseline;
import io.selfrag.schemas.avro.ContentReference;
import io.selfrag.schemas.avro.Delete;
import io.selfrag.schemas.avro.DocumentDeleted;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.DocumentInterrupted;
import io.selfrag.schemas.avro.DocumentPatched;
import io.selfrag.schemas.avro.DocumentState;
import io.selfrag.schemas.avro.GenerationSpec;
import io.selfrag.schemas.avro.Interrupt;
import io.selfrag.schemas.avro.Patch;
import io.selfrag.schemas.avro.ProcessedGeneration;
import io.selfrag.schemas.avro.ProcessedVersion;
import io.selfrag.schemas.avro.Reprocess;
import io.selfrag.schemas.avro.Retry;
import io.selfrag.schemas.avro.Standing;
import io.selfrag.schemas.avro.Upsert;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The decisions about one document: what is known and a command, to what is known then and what follows. */
public final class DocumentOrder {
  private DocumentOrder() {}

  /**
   * Decides about a command of a document. A command that was seen before follows in nothing.
   *
   * @param before what is known; null if nothing
   * @param open the knowledge base's open generations, at least one
   */
  public static Decision decide(@Nullable DocumentState before, RevisionedCommand command, List<GenerationSpec> open) {
    return switch (command.command().getCommand()) {
      case Upsert it -> UpsertOrder.decide(before, command, it, open);
      case Delete _ -> delete(before, command, open);
      case Patch it -> patch(before, command, it);
      case Interrupt _ -> interrupt(before, command);
      case Retry _ -> retry(before, command, open);
      case Reprocess it -> reprocess(before, command, it, open);
      case Baseline it -> baseline(before, it, open);
      case Object other -> throw new IllegalArgumentException(
          other.getClass().getSimpleName() + " is no command of a document");
    };
  }

  /** Learns from the timeline how the current version ended (S6); nothing follows. */
  public static @Nullable DocumentState learn(@Nullable DocumentState before, DocumentEvent event) {
    if (before == null || !isAbout(before.getCurrent(), event)) {
      return before;
    }
    return switch (event.getStage()) {
      case INDEXED -> DocumentState.newBuilder(before).setLive(before.getCurrent()).build();
      case FAILED -> failed(before, event.getGeneration());
      default -> before;
    };
  }

  /** True if the newest revision that counts is a delete. */
  public static boolean isDeleted(DocumentState state) {
    return state.getDeletedRevision() > state.getUpsertRevision();
  }

  static DocumentState.Builder draft(@Nullable DocumentState before) {
    if (before != null) {
      return DocumentState.newBuilder(before);
    }
    return DocumentState.newBuilder().setContentRevision(0).setContentAttempt(0).setUpsertRevision(0)
        .setDeletedRevision(0).setAttributesRevision(0).setAttributesHash("").setTitle("")
        .setStanding(Standing.CURRENT);
  }

  private static Decision delete(@Nullable DocumentState before, RevisionedCommand command,
      List<GenerationSpec> open) {
    long revision = command.revision();
    var after = draft(before);
    command.leaveMark(after);
    if (revision <= after.getDeletedRevision()) {
      return seenOrSuperseded(after, command, after.getDeletedRevision());
    }
    after.setDeletedRevision(revision);
    boolean newest = revision > after.getContentRevision();
    if (newest) {
      after.setContentRevision(revision).setContentAttempt(command.attempt());
    }
    if (revision > after.getAttributesRevision()) {
      after.setAttributesRevision(revision).setAttributesHash("").setTitle("");
    }
    if (revision < after.getUpsertRevision()) {
      return overtaken(after, command, open);
    }
    after.setCurrent(null).setLive(null);
    if (newest) {
      after.setStanding(Standing.CURRENT);
    }
    var key = command.key();
    return new Decision(after.build(), List.of(new Output.Notice(new DocumentDeleted(key.tenantId(),
        key.knowledgeBaseId(), key.documentId(), revision, command.attempt()))));
  }

  /**
   * A delete that an upsert overtook. Where that upsert was taken for unchanged, what it equals is deleted now, and the upsert brings
   * its content itself after all, under a higher attempt since it had ended (S6).
   */
  private static Decision overtaken(DocumentState.Builder after, RevisionedCommand delete, List<GenerationSpec> open) {
    var outputs = new ArrayList<Output>(List.of(Timeline.superseded(delete)));
    ProcessedVersion current = after.getCurrent();
    ProcessedVersion live = after.getLive();
    if (live != null && live.getRevision() < delete.revision()) {
      after.setLive(null);
    }
    if (current != null && current.getRevision() < delete.revision()) {
      // An interrupt that came after the upsert drops it; then it is only kept, so that a retry finds its content.
      boolean interrupted = after.getContentRevision() > after.getUpsertRevision();
      int attempt = interrupted ? 0 : after.getContentAttempt() + 1;
      var again = ProcessedVersion.newBuilder(current).setRevision(after.getUpsertRevision()).setAttempt(attempt)
          .setGenerations(Generations.processed(open)).build();
      after.setCurrent(again);
      if (!interrupted) {
        after.setContentAttempt(attempt).setStanding(Standing.CURRENT);
        outputs.add(Timeline.queuedAgain(delete, again));
        outputs.add(Versions.stored(delete, again, after.getTitle(), open));
      }
    }
    return new Decision(after.build(), outputs);
  }

  private static Decision patch(@Nullable DocumentState before, RevisionedCommand command, Patch patch) {
    var after = draft(before);
    command.leaveMark(after);
    if (command.revision() <= after.getAttributesRevision()) {
      return seenOrSuperseded(after, command, after.getAttributesRevision());
    }
    UpsertOrder.setAttributes(after, command.revision(), patch.getAttributes());
    var key = command.key();
    return new Decision(after.build(), List.of(new Output.Notice(new DocumentPatched(key.tenantId(),
        key.knowledgeBaseId(), key.documentId(), command.revision(), patch.getAttributes()))));
  }

  private static Decision interrupt(@Nullable DocumentState before, RevisionedCommand command) {
    var after = draft(before);
    command.leaveMark(after);
    if (command.revision() <= after.getContentRevision()) {
      return seenOrSuperseded(after, command, after.getContentRevision());
    }
    after.setContentRevision(command.revision()).setContentAttempt(command.attempt())
        .setStanding(Standing.INTERRUPTED);
    var key = command.key();
    return new Decision(after.build(), List.of(new Output.Notice(new DocumentInterrupted(key.tenantId(),
        key.knowledgeBaseId(), key.documentId(), command.revision(), command.attempt()))));
  }

  private static Decision retry(@Nullable DocumentState before, RevisionedCommand command, List<GenerationSpec> open) {
    var after = draft(before);
    command.leaveMark(after);
    long revision = command.revision();
    if (revision > after.getContentRevision()) {
      if (revision > after.getRetryRevision()
          || (revision == after.getRetryRevision() && command.attempt() > after.getRetryAttempt())) {
        after.setRetryRevision(revision).setRetryAttempt(command.attempt());
      }
      return new Decision(after.build(), List.of());
    }
    ProcessedVersion current = after.getCurrent();
    boolean ofFence = revision == after.getContentRevision();
    boolean ofCurrent = current != null && revision == current.getRevision()
        && after.getStanding() != Standing.INTERRUPTED;
    if (revision < after.getDeletedRevision() || !(ofFence || ofCurrent)) {
      return new Decision(after.build(), List.of(Timeline.superseded(command)));
    }
    if (current == null) {
      return new Decision(after.build(), List.of(new Output.Event(Timeline.failed(command, ErrorCode.DOC_NOT_FOUND,
          "the content of this revision is not known; upload it again"))));
    }
    int tried = revision == current.getRevision() ? current.getAttempt() : after.getContentAttempt();
    if (command.attempt() <= tried) {
      return new Decision(after.build(), List.of());
    }
    var again = ProcessedVersion.newBuilder(current).setRevision(revision).setAttempt(command.attempt())
        .setGenerations(Generations.processed(open)).build();
    after.setCurrent(again).setStanding(Standing.CURRENT);
    if (ofFence) {
      after.setContentAttempt(command.attempt());
    }
    return new Decision(after.build(),
        List.of(Timeline.queued(command), Versions.stored(command, again, after.getTitle(), open)));
  }

  private static Decision reprocess(@Nullable DocumentState before, RevisionedCommand command, Reprocess reprocess,
      List<GenerationSpec> open) {
    if (before == null || command.revision() != before.getContentRevision() || isDeleted(before)) {
      return Decision.nothing(before);
    }
    boolean currentStands = before.getStanding() == Standing.CURRENT;
    ProcessedVersion version = currentStands ? before.getCurrent() : before.getLive();
    var generation = Generations.find(open, reprocess.getGeneration());
    if (version == null || generation.isEmpty() || Generations.cover(version, List.of(generation.get()))) {
      return Decision.nothing(before);
    }
    ProcessedGeneration added = Generations.processed(generation.get());
    var wider = ProcessedVersion.newBuilder(version).setGenerations(Generations.with(version.getGenerations(), added))
        .build();
    var after = draft(before);
    if (currentStands) {
      after.setCurrent(wider);
    } else {
      after.setLive(wider);
    }
    return new Decision(after.build(),
        List.of(Versions.stored(command, wider, before.getTitle(), List.of(generation.get()))));
  }

  private static Decision baseline(@Nullable DocumentState before, Baseline baseline, List<GenerationSpec> open) {
    if (before != null && before.getContentRevision() >= baseline.getContentRevision()) {
      return Decision.nothing(before);
    }
    long revision = baseline.getContentRevision();
    var after = draft(before).setContentRevision(revision).setContentAttempt(baseline.getAttempt())
        .setAttributesRevision(baseline.getAttributesRevision()).setAttributesHash(baseline.getAttributesHash())
        .setTitle(baseline.getTitle());
    if (baseline.getDeleted()) {
      after.setDeletedRevision(revision).setCurrent(null).setLive(null);
    } else {
      after.setUpsertRevision(revision);
    }
    if (baseline.getContentSha256() == null) {
      after.setStanding(baseline.getDeleted() ? Standing.CURRENT : Standing.FAILED);
    } else {
      var generations = baseline.getGenerations().stream().map(it -> new ProcessedGeneration(it,
          baseline.getFingerprint().isEmpty() ? fingerprint(open, it) : baseline.getFingerprint())).toList();
      var current = new ProcessedVersion(revision, baseline.getAttempt(),
          new ContentReference(baseline.getContentSha256(), baseline.getSize()), baseline.getFileName(),
          baseline.getMediaType(), generations);
      after.setStanding(Standing.CURRENT).setCurrent(current).setLive(current);
    }
    return new Decision(after.build(), List.of());
  }

  private static String fingerprint(List<GenerationSpec> open, int generation) {
    return Generations.find(open, generation).map(it -> Generations.processed(it).getFingerprint()).orElse("");
  }

  private static boolean isAbout(@Nullable ProcessedVersion version, DocumentEvent event) {
    return version != null && version.getRevision() == event.getRevision()
        && version.getAttempt() == event.getAttempt();
  }

  private static DocumentState failed(DocumentState before, @Nullable Integer generation) {
    if (before.getStanding() != Standing.CURRENT) {
      return before;
    }
    var after = draft(before);
    var left = generation == null
        ? List.<ProcessedGeneration>of()
        : Generations.without(before.getCurrent().getGenerations(), generation);
    after.setCurrent(ProcessedVersion.newBuilder(before.getCurrent()).setGenerations(left).build());
    if (left.isEmpty()) {
      after.setStanding(Standing.FAILED);
    }
    return after.build();
  }

  /** The end of a command below its fence: nothing if it is the very one that set it, else superseded. */
  private static Decision seenOrSuperseded(DocumentState.Builder after, RevisionedCommand command, long fence) {
    return new Decision(after.build(),
        command.revision() == fence ? List.of() : List.of(Timeline.superseded(command)));
  }
}
