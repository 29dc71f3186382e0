package io.selfrag.chunker.order;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.avro.ContentReference;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.DocumentIntroduction;
import io.selfrag.schemas.avro.Failure;
import io.selfrag.schemas.avro.ProcessedVersion;
import io.selfrag.schemas.avro.Stage;
import io.selfrag.schemas.avro.Upsert;

/** Makes events. Their time is the command's append time, so that reading the log again makes the same ones. */
public final class Timeline {
  /** The stage that a failure here names. */
  public static final String STAGE = "order";

  private Timeline() {}

  /** Accepted for processing; introduces the document if it came from an external producer. */
  static Output queued(RevisionedCommand command, Upsert upsert, ContentReference content, int attempt) {
    return new Output.Event(
        introduced(event(command, Stage.QUEUED).setAttempt(attempt), command, upsert, content).build());
  }

  private static DocumentEvent.Builder introduced(DocumentEvent.Builder event, RevisionedCommand command,
      Upsert upsert, ContentReference content) {
    return !command.external()
        ? event
        : event.setDocument(new DocumentIntroduction(upsert.getAttributes(), upsert.getExternalId(),
            content.getSize(), content.getSha256(), command.arrival().lane().wireName()));
  }

  /** A version that is to be processed after all, because of a command of another revision. */
  static Output queuedAgain(RevisionedCommand cause, ProcessedVersion version) {
    return new Output.Event(event(cause, Stage.QUEUED).setRevision(version.getRevision())
        .setAttempt(version.getAttempt()).build());
  }

  static Output queued(RevisionedCommand command) {
    return new Output.Event(event(command, Stage.QUEUED).build());
  }

  static Output superseded(RevisionedCommand command) {
    return new Output.Event(event(command, Stage.SUPERSEDED).build());
  }

  /** Nothing is done for it now; introduced all the same, since a delete that comes late makes it count (S6). */
  static Output unchanged(RevisionedCommand command, Upsert upsert, int attempt, ProcessedVersion equal) {
    return new Output.Event(introduced(
        event(command, Stage.UNCHANGED).setAttempt(attempt).setEqualsRevision(equal.getRevision()), command, upsert,
        equal.getContent()).build());
  }

  /** Given up before it could be ordered or processed. */
  public static DocumentEvent failed(RevisionedCommand command, ErrorCode code, String message) {
    return event(command, Stage.FAILED).setError(new Failure(STAGE, code.name(), message)).build();
  }

  private static DocumentEvent.Builder event(RevisionedCommand command, Stage stage) {
    var key = command.key();
    return DocumentEvent.newBuilder().setTenantId(key.tenantId()).setKnowledgeBaseId(key.knowledgeBaseId())
        .setDocumentId(key.documentId()).setRevision(command.revision()).setAttempt(command.attempt())
        .setJobId(command.command().getJobId()).setStage(stage).setAt(command.arrival().appendedAt());
  }
}
