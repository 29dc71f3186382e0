package io.selfrag.chunker.order;

import io.selfrag.schemas.Fingerprints;
import io.selfrag.schemas.avro.Attributes;
import io.selfrag.schemas.avro.ContentReference;
import io.selfrag.schemas.avro.DocumentPatched;
import io.selfrag.schemas.avro.DocumentState;
import io.selfrag.schemas.avro.GenerationSpec;
import io.selfrag.schemas.avro.InlineContent;
import io.selfrag.schemas.avro.ProcessedVersion;
import io.selfrag.schemas.avro.Sha256;
import io.selfrag.schemas.avro.Standing;
import io.selfrag.schemas.avro.Upsert;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The decision about an Upsert, the one command on both tracks. */
final class UpsertOrder {
  private UpsertOrder() {}

  static Decision decide(@Nullable DocumentState before, RevisionedCommand command, Upsert upsert,
      List<GenerationSpec> open) {
    var after = DocumentOrder.draft(before);
    command.leaveMark(after);
    long revision = command.revision();
    boolean attributesDiffer = !after.getAttributesHash().equals(Fingerprints.of(upsert.getAttributes()));
    boolean attributesPass = revision > after.getAttributesRevision();
    if (attributesPass) {
      setAttributes(after, revision, upsert.getAttributes());
    }
    if (revision == after.getContentRevision() && command.attempt() <= after.getContentAttempt()) {
      return new Decision(after.build(), List.of());
    }
    if (revision < after.getContentRevision()) {
      return superseded(after, command, upsert, open);
    }
    int attempt = revision == after.getRetryRevision()
        ? Math.max(command.attempt(), after.getRetryAttempt())
        : command.attempt();
    var content = reference(upsert);
    var current = after.getCurrent();
    boolean unchanged = current != null && current.getRevision() != revision
        && after.getStanding() == Standing.CURRENT && !DocumentOrder.isDeleted(after.build())
        && !isDeletedSince(current, upsert)
        && current.getContent().getSha256().equals(content.getSha256()) && Generations.cover(current, open);
    after.setContentRevision(revision).setContentAttempt(attempt).setUpsertRevision(revision);
    if (after.getRetryRevision() <= revision) {
      after.setRetryRevision(0).setRetryAttempt(0);
    }
    if (unchanged) {
      return unchanged(after, command, upsert, attempt, attributesPass && attributesDiffer);
    }
    var next = version(upsert, content, revision, attempt, open);
    after.setCurrent(next).setStanding(Standing.CURRENT);
    return new Decision(after.build(), List.of(Timeline.queued(command, upsert, content, attempt),
        Versions.uploaded(command, next, upsert.getContent(), after.getTitle(), open)));
  }

  /** Deletes come through the outbox: one that lies between the two may still be on its way (S6). */
  private static boolean isDeletedSince(ProcessedVersion current, Upsert upsert) {
    return upsert.getDeletedRevision() != null && upsert.getDeletedRevision() > current.getRevision();
  }

  static void setAttributes(DocumentState.Builder state, long revision, Attributes attributes) {
    state.setAttributesRevision(revision).setAttributesHash(Fingerprints.of(attributes))
        .setTitle(attributes.getTitle());
  }

  private static Decision unchanged(DocumentState.Builder after, RevisionedCommand command, Upsert upsert, int attempt,
      boolean patch) {
    var outputs = new ArrayList<Output>();
    if (patch) {
      var key = command.key();
      outputs.add(new Output.Notice(new DocumentPatched(key.tenantId(), key.knowledgeBaseId(), key.documentId(),
          command.revision(), upsert.getAttributes())));
    }
    outputs.add(Timeline.unchanged(command, upsert, attempt, after.getCurrent()));
    return new Decision(after.build(), outputs);
  }

  private static Decision superseded(DocumentState.Builder after, RevisionedCommand command, Upsert upsert,
      List<GenerationSpec> open) {
    long revision = command.revision();
    boolean overtakenByInterruptOnly = revision > after.getUpsertRevision() && revision > after.getDeletedRevision();
    if (overtakenByInterruptOnly) {
      // Kept as it would be had it come first, so that a retry finds its content.
      after.setUpsertRevision(revision)
          .setCurrent(version(upsert, reference(upsert), revision, command.attempt(), open));
    }
    return new Decision(after.build(), List.of(Timeline.superseded(command)));
  }

  private static ProcessedVersion version(Upsert upsert, ContentReference content, long revision, int attempt,
      List<GenerationSpec> open) {
    return new ProcessedVersion(revision, attempt, content, upsert.getFileName(), upsert.getMediaType(),
        Generations.processed(open));
  }

  private static ContentReference reference(Upsert upsert) {
    return switch (upsert.getContent()) {
      case InlineContent it -> new ContentReference(new Sha256(Fingerprints.sha256(it.getBytes())),
          (long) it.getBytes().remaining());
      case ContentReference it -> it;
      case Object other -> throw new IllegalArgumentException("unknown content " + other.getClass());
    };
  }
}
