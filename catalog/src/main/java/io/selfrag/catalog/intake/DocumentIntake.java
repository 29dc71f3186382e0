package io.selfrag.catalog.intake;

import static java.util.Objects.requireNonNull;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.catalog.intake.IntakeTables.KnownDocument;
import io.selfrag.catalog.intake.IntakeTables.Owner;
import io.selfrag.catalog.intake.IntakeTables.Used;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * Accepts drafts in batches: reserves their rows under the tenant's quota, fixes their order and records each as
 * {@code accepting} (S1, S3, S21). Sending follows, then {@link #confirm}. Safe for concurrent callers and replicas:
 * locks are taken in the order of everyone: documents by id, knowledge
 * base and tenant shared, counters.
 */
public final class DocumentIntake {
  private static final String NOT_YOURS = "this key may not read the document that is there, nor was it the last to send it";

  private final CatalogDatabase database;
  private final IntakeTables tables;

  public DocumentIntake(CatalogDatabase database) {
    this.database = database;
    this.tables = new IntakeTables(database.client());
  }

  /**
   * Accepts the drafts; a draft that cannot be accepted is refused alone. Drafts of one document become revisions in their
   * order. What the feeder may neither read nor was the last to bring is refused with {@code NO_PERMISSION}.
   *
   * @return an outcome for each draft, in order; {@code KB_NOT_FOUND} if the tenant has no such knowledge base
   */
  public Mono<List<Acceptance>> accept(Feeder feeder, UUID tenantId, UUID knowledgeBaseId,
      List<DocumentDraft> drafts) {
    return database.inTransaction(inTransaction(feeder, tenantId, knowledgeBaseId, drafts)).retryWhen(Sql.LOST_RACES);
  }

  /** The broker has them: {@code accepting} becomes {@code pending}, unless the pipeline was faster. */
  public Mono<Void> confirm(List<RevisionKey> revisions) {
    return revisions.isEmpty()
        ? Mono.empty()
        : tables.confirm(revisions).retryWhen(Sql.LOST_RACES).onErrorMap(StoreFailures::translate);
  }

  private Mono<List<Acceptance>> inTransaction(Feeder feeder, UUID tenantId, UUID knowledgeBaseId,
      List<DocumentDraft> drafts) {
    var firsts = new LinkedHashMap<UUID, DocumentDraft>();
    drafts.forEach(it -> firsts.putIfAbsent(it.documentId(), it));
    return tables.insertNew(feeder.keyId(), tenantId, knowledgeBaseId, List.copyOf(firsts.values()))
        .flatMap(inserted -> {
          var known = firsts.keySet().stream().filter(id -> !inserted.containsKey(id)).toList();
          return tables.lockKnown(feeder, tenantId, knowledgeBaseId, known)
              .flatMap(locked -> tables.lockOwner(tenantId, knowledgeBaseId)
                  .switchIfEmpty(
                      Mono.error(() -> new SelfRagException(ErrorCode.KB_NOT_FOUND, "no such knowledge base")))
                  .flatMap(owner -> tables.lockCounters(tenantId)
                      .flatMap(used -> record(feeder, owner, drafts, new Rows(firsts, inserted, locked), used))));
        });
  }

  /**
   * What the transaction holds.
   *
   * @param firsts of each document, the draft that its row was made of if it is new
   * @param inserted revisions of new documents
   */
  private record Rows(Map<UUID, DocumentDraft> firsts, Map<UUID, Long> inserted, Map<UUID, KnownDocument> locked) {}

  /** Drafts of one document follow each other: each finds it as the one before left it. */
  private Mono<List<Acceptance>> record(Feeder feeder, Owner owner, List<DocumentDraft> drafts, Rows rows, Used used) {
    var quota = new QuotaCheck(owner, used);
    var standing = new HashMap<>(rows.locked);
    var outcomes = new ArrayList<Acceptance>(drafts.size());
    for (DocumentDraft draft : drafts) {
      Long newRevision = rows.inserted.get(draft.documentId());
      KnownDocument known = standing.get(draft.documentId());
      if (newRevision == null && known == null) {
        outcomes.add(new Acceptance.Refused(draft, ErrorCode.DOCUMENT_ID_CONFLICT,
            "the document id belongs to another knowledge base"));
      } else if (known != null && !known.replaceable()) {
        outcomes.add(new Acceptance.Refused(draft, ErrorCode.NO_PERMISSION, NOT_YOURS));
      } else if (!quota.admits(known, draft.sizeBytes())) {
        outcomes.add(new Acceptance.Refused(draft, ErrorCode.QUOTA_EXCEEDED, quota.reason()));
      } else {
        long revision = known == null ? requireNonNull(newRevision) : known.nextRevision();
        standing.put(draft.documentId(), KnownDocument.accepted(known, revision, draft.sizeBytes()));
        outcomes.add(new Acceptance.Accepted(draft, revision, known == null ? 0 : known.deletedRevision()));
      }
    }
    return write(feeder, owner, outcomes, rows, quota).thenReturn(outcomes);
  }

  private Mono<Void> write(Feeder feeder, Owner owner, List<Acceptance> outcomes, Rows rows, QuotaCheck quota) {
    var accepted = outcomes.stream().filter(Acceptance.Accepted.class::isInstance).map(Acceptance.Accepted.class::cast)
        .toList();
    var last = new LinkedHashMap<UUID, Acceptance.Accepted>();
    accepted.forEach(it -> last.put(it.draft().documentId(), it));
    var refusedNew = rows.inserted.keySet().stream().filter(it -> !last.containsKey(it)).toList();
    var replaced = last.values().stream().filter(it -> rows.locked.containsKey(it.draft().documentId())
        || !it.draft().equals(rows.firsts.get(it.draft().documentId()))).toList();
    return tables.removeRefused(owner, refusedNew).then(tables.replace(feeder.keyId(), owner, replaced))
        .then(tables.insertRevisions(owner, accepted, rows.locked.keySet()))
        .then(tables.raiseCounters(owner.tenantId(), quota.documents(), quota.bytes()));
  }
}
