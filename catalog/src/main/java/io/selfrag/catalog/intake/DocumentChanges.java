package io.selfrag.catalog.intake;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.catalog.outbox.Outbox;
import io.selfrag.catalog.outbox.OutboxRecord;
import io.selfrag.catalog.search.ReaderRights;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.Delete;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.Interrupt;
import io.selfrag.schemas.avro.Patch;
import io.selfrag.schemas.avro.Retry;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Changes of documents that exist: each is one transaction that holds the change and the command which tells the pipeline
 * (S3), so that success is said only of what will happen. All fail with
 * {@code DOC_NOT_FOUND} if there is no such document, or none that whoever changes it may read; {@code null} rights read
 * everything.
 */
public final class DocumentChanges {
  private static final @Nullable ReaderRights EVERYTHING = null;

  private final CatalogDatabase database;
  private final ChangeTables tables;
  private final Outbox outbox;
  private final TopicNames topics;
  private final AvroCodec codec;

  public DocumentChanges(CatalogDatabase database, TopicNames topics, AvroCodec codec) {
    this.database = database;
    this.tables = new ChangeTables(database.client());
    this.outbox = new Outbox(database);
    this.topics = topics;
    this.codec = codec;
  }

  /** Hides the document at once, for good and from everyone (S2), and gives its share of the quota back. */
  public Mono<Void> delete(UUID tenantId, UUID documentId, Feeder feeder, Map<String, String> headers) {
    return change(tables.lock(tenantId, documentId, feeder),
        document -> tables.bury(document).then(tables.insertRevision(document, "delete"))
            .then(send(document, document.nextRevision(), 0, new Delete(), headers))
            .then(tables.raiseKnowledgeBase(document)).then(tables.release(document)));
  }

  /**
   * Changes attributes at once, without new chunks (S16). Where a replacement is on its way, its attributes are what the patch
   * builds on; {@code NO_PERMISSION} for whom those are not.
   */
  public Mono<Void> patch(UUID tenantId, UUID documentId, @Nullable ReaderRights rights,
      UnaryOperator<DocumentAttributes> patch, Map<String, String> headers) {
    return change(tables.lock(tenantId, documentId, rights), document -> tables.pendingAttributes(document)
        .defaultIfEmpty(document.attributes()).flatMap(base -> {
          if (!base.isReadableBy(rights)) {
            return Mono.<Void>error(() -> new SelfRagException(ErrorCode.NO_PERMISSION,
                "a replacement that this key may not read is on its way"));
          }
          var attributes = patch.apply(base);
          return tables.writeAttributes(document, attributes).then(tables.insertRevision(document, "patch"))
              .then(send(document, document.nextRevision(), 0, new Patch(attributes.toAvro()), headers))
              .then(tables.raiseKnowledgeBase(document));
        }));
  }

  /** Drops the newest unfinished revision; {@code INVALID_STATUS} if there is none. */
  public Mono<Void> interrupt(UUID tenantId, UUID documentId, @Nullable ReaderRights rights,
      Map<String, String> headers) {
    return change(tables.lock(tenantId, documentId, rights), document -> tables.newestContent(document)
        .filter(ChangeTables.ContentRevision::isOpen)
        .switchIfEmpty(invalidStatus("nothing of this document is being processed"))
        .flatMap(open -> tables.touch(document).then(tables.insertRevision(document, "interrupt"))
            .then(send(document, document.nextRevision(), 0, new Interrupt(), headers))));
  }

  /**
   * Processes a failed or interrupted revision again under a higher attempt; {@code INVALID_STATUS} for any other. What was
   * interrupted continues under the interrupt's revision, since a lower one is fenced off (S1).
   */
  public Mono<RevisionKey> retry(UUID tenantId, UUID documentId, @Nullable ReaderRights rights,
      Map<String, String> headers) {
    return database
        .inTransaction(
            existing(tables.lock(tenantId, documentId, rights)).flatMap(document -> tables.newestContent(document)
                .filter(ChangeTables.ContentRevision::canBeRetried)
                .switchIfEmpty(invalidStatus("only a failed or interrupted document can be tried again"))
                .flatMap(failed -> tryAgain(document, failed, headers))))
        .retryWhen(Sql.LOST_RACES);
  }

  /**
   * As {@link #retry(UUID, UUID, ReaderRights, Map)}, but of this revision alone: empty, with nothing changed, if the document has
   * moved on or the revision cannot be tried again.
   */
  public Mono<RevisionKey> retry(UUID tenantId, UUID documentId, long revision, Map<String, String> headers) {
    return database
        .inTransaction(tables.lock(tenantId, documentId, EVERYTHING)
            .flatMap(document -> tables.newestContent(document)
                .filter(it -> it.canBeRetried() && it.revision() == revision)
                .flatMap(failed -> tryAgain(document, failed, headers))))
        .retryWhen(Sql.LOST_RACES);
  }

  /** What {@link #retry(UUID, UUID, long, Map)} would find; nothing is changed. */
  public Mono<RetryStanding> standing(UUID tenantId, UUID documentId, long revision) {
    return database
        .inTransaction(tables.lock(tenantId, documentId, EVERYTHING)
            .flatMap(document -> tables.newestContent(document).map(it -> standing(it, revision))
                .defaultIfEmpty(RetryStanding.MOVED_ON))
            .defaultIfEmpty(RetryStanding.UNKNOWN))
        .retryWhen(Sql.LOST_RACES);
  }

  private static RetryStanding standing(ChangeTables.ContentRevision newest, long revision) {
    if (newest.revision() != revision) {
      return RetryStanding.MOVED_ON;
    }
    if (newest.canBeRetried()) {
      return RetryStanding.RETRYABLE;
    }
    return newest.isOpen() ? RetryStanding.UNDER_WAY : RetryStanding.ENDED;
  }

  /** Whether the tenant has ever had this document. */
  public Mono<Boolean> exists(UUID tenantId, UUID documentId) {
    return tables.exists(tenantId, documentId).onErrorMap(StoreFailures::translate);
  }

  private Mono<RevisionKey> tryAgain(OpenDocument document, ChangeTables.ContentRevision failed,
      Map<String, String> headers) {
    return tables.reserve(document).then(tables.reopen(document, failed))
        .flatMap(again -> send(document, again.revision(), again.attempt(), new Retry(), headers)
            .thenReturn(new RevisionKey(document.id(), again.revision())));
  }

  private interface Change {
    Mono<Void> of(OpenDocument document);
  }

  private Mono<Void> change(Mono<OpenDocument> locked, Change change) {
    return database.inTransaction(existing(locked).flatMap(change::of)).retryWhen(Sql.LOST_RACES);
  }

  private static Mono<OpenDocument> existing(Mono<OpenDocument> locked) {
    return locked
        .switchIfEmpty(Mono.error(() -> new SelfRagException(ErrorCode.DOC_NOT_FOUND, "no such document")));
  }

  private Mono<Void> send(OpenDocument document, long revision, int attempt, Object command,
      Map<String, String> headers) {
    var message = DocumentCommand.newBuilder().setTenantId(document.tenantId())
        .setKnowledgeBaseId(document.knowledgeBaseId()).setDocumentId(document.id()).setRevision(revision)
        .setAttempt(attempt).setJobId(null).setCommand(command).build();
    return outbox.append(List.of(new OutboxRecord(topics.of(PipelineTopic.DOCUMENTS), document.id().toString(),
        codec.encode(message), headers)));
  }

  private static <T> Mono<T> invalidStatus(String detail) {
    return Mono.error(() -> new SelfRagException(ErrorCode.INVALID_STATUS, detail));
  }
}
