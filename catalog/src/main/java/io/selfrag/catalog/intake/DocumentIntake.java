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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Accepts drafts in batches: reserves their rows under the tenant's quota, fixes their order and records each as
 * {@code accepting} (S1, S3, S21). Sending follows, then {@link #confirm}. Safe for concurrent callers and replicas:
 * locks are taken in the order of everyone: documents by id, knowledge
 * base and tenant shared, counters.
 */
public final class DocumentIntake {
  private final CatalogDatabase database;
  private final IntakeTables tables;

  public DocumentIntake(CatalogDatabase database) {
    this.database = database;
    this.tables = new IntakeTables(database.client());
  }

  /**
   * Accepts the drafts; a draft that cannot be accepted is refused alone. Drafts of one document become revisions in their
   * order.
   *
   * @return an outcome for each draft, in order; {@code KB_NOT_FOUND} if the tenant has no such knowledge base
   */
  public Mono<List<Acceptance>> accept(UUID tenantId, UUID knowledgeBaseId, List<DocumentDraft> drafts) {
    return Flux.fromIterable(rounds(drafts)).concatMap(round -> acceptRound(tenantId, knowledgeBaseId, drafts, round))
        .collect(HashMap<Integer, Acceptance>::new, Map::putAll).map(outcomes -> {
          var inOrder = new ArrayList<Acceptance>(drafts.size());
          for (int i = 0; i < drafts.size(); i++) {
            inOrder.add(outcomes.get(i));
          }
          return inOrder;
        });
  }

  /** The broker has them: {@code accepting} becomes {@code pending}, unless the pipeline was faster. */
  public Mono<Void> confirm(List<RevisionKey> revisions) {
    return revisions.isEmpty()
        ? Mono.empty()
        : tables.confirm(revisions).retryWhen(Sql.LOST_RACES).onErrorMap(StoreFailures::translate);
  }

  /** Splits the positions so that no document occurs twice in a round. */
  private static List<List<Integer>> rounds(List<DocumentDraft> drafts) {
    var rounds = new ArrayList<List<Integer>>();
    var occurrences = new HashMap<UUID, Integer>();
    for (int i = 0; i < drafts.size(); i++) {
      int round = occurrences.merge(drafts.get(i).documentId(), 1, Integer::sum) - 1;
      if (round == rounds.size()) {
        rounds.add(new ArrayList<>());
      }
      rounds.get(round).add(i);
    }
    return rounds;
  }

  private Mono<Map<Integer, Acceptance>> acceptRound(UUID tenantId, UUID knowledgeBaseId, List<DocumentDraft> all,
      List<Integer> positions) {
    var drafts = positions.stream().map(all::get).toList();
    return database.inTransaction(inTransaction(tenantId, knowledgeBaseId, drafts)).retryWhen(Sql.LOST_RACES)
        .map(outcomes -> {
          var byPosition = new HashMap<Integer, Acceptance>();
          for (int i = 0; i < outcomes.size(); i++) {
            byPosition.put(positions.get(i), outcomes.get(i));
          }
          return byPosition;
        });
  }

  private Mono<List<Acceptance>> inTransaction(UUID tenantId, UUID knowledgeBaseId, List<DocumentDraft> drafts) {
    return tables.insertNew(tenantId, knowledgeBaseId, drafts).flatMap(inserted -> {
      var known = drafts.stream().map(DocumentDraft::documentId).filter(id -> !inserted.containsKey(id)).toList();
      return tables.lockKnown(tenantId, knowledgeBaseId, known)
          .flatMap(locked -> tables.lockOwner(tenantId, knowledgeBaseId)
              .switchIfEmpty(Mono.error(() -> new SelfRagException(ErrorCode.KB_NOT_FOUND, "no such knowledge base")))
              .flatMap(owner -> tables.lockCounters(tenantId)
                  .flatMap(used -> record(owner, drafts, inserted, locked, used))));
    });
  }

  private Mono<List<Acceptance>> record(Owner owner, List<DocumentDraft> drafts, Map<UUID, Long> inserted,
      Map<UUID, KnownDocument> locked, Used used) {
    var quota = new QuotaCheck(owner, used);
    var outcomes = new ArrayList<Acceptance>(drafts.size());
    var refusedNew = new HashSet<UUID>();
    for (DocumentDraft draft : drafts) {
      Long newRevision = inserted.get(draft.documentId());
      KnownDocument known = locked.get(draft.documentId());
      if (newRevision == null && known == null) {
        outcomes.add(new Acceptance.Refused(draft, ErrorCode.DOCUMENT_ID_CONFLICT,
            "the document id belongs to another knowledge base"));
      } else if (!quota.admits(known, draft.sizeBytes())) {
        outcomes.add(new Acceptance.Refused(draft, ErrorCode.QUOTA_EXCEEDED, quota.reason()));
        if (known == null) {
          refusedNew.add(draft.documentId());
        }
      } else {
        outcomes.add(new Acceptance.Accepted(draft, revision(newRevision, known),
            known == null ? 0 : known.deletedRevision()));
      }
    }
    return write(owner, outcomes, locked, refusedNew, quota).thenReturn(outcomes);
  }

  private static long revision(@Nullable Long ofNew, @Nullable KnownDocument known) {
    return ofNew != null ? ofNew : Math.max(requireNonNull(known).clockMicros(), known.lastRevision() + 1);
  }

  private Mono<Void> write(Owner owner, List<Acceptance> outcomes, Map<UUID, KnownDocument> locked,
      Set<UUID> refusedNew, QuotaCheck quota) {
    var accepted = outcomes.stream().filter(Acceptance.Accepted.class::isInstance).map(Acceptance.Accepted.class::cast)
        .toList();
    var replaced = accepted.stream().filter(it -> locked.containsKey(it.draft().documentId())).toList();
    return tables.removeRefused(owner, refusedNew).then(tables.replace(owner, replaced, locked))
        .then(tables.insertRevisions(owner, accepted, locked))
        .then(tables.raiseCounters(owner.tenantId(), quota.documents(), quota.bytes()));
  }
}
