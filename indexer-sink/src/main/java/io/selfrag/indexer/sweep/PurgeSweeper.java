package io.selfrag.indexer.sweep;

import io.selfrag.catalog.StoreCalls;
import io.selfrag.catalog.index.DuePurge;
import io.selfrag.catalog.index.Purge;
import io.selfrag.catalog.index.Purge.Limit;
import io.selfrag.catalog.index.PurgedRows;
import io.selfrag.catalog.index.Purges;
import io.selfrag.indexer.index.Routes;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.CollectionNames;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.VersionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Deletes what is due. A writer that was thought dead may write once more after the first deletion; the second, later than any
 * such writer can live, leaves nothing (S13). Every step may be repeated; several sweepers share the work.
 */
public final class PurgeSweeper {
  private static final Logger log = LoggerFactory.getLogger(PurgeSweeper.class);
  private static final int BATCH = 100;
  /** Longer than a batch takes on a slow store; what ends later is done again by another sweeper, to no effect. */
  private static final Duration LEASE = Duration.ofMinutes(2);
  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(60);

  private final Purges purges;
  private final PurgedRows rows;
  private final VectorStore store;
  private final Duration zombieLife;

  /**
   * @param zombieLife longest time for which a writer that lost its partitions may still write: session time-out and the store's
   *        time-out
   */
  public PurgeSweeper(Purges purges, PurgedRows rows, VectorStore store, Duration zombieLife) {
    this.purges = purges;
    this.rows = rows;
    this.store = store;
    this.zombieLife = zombieLife;
  }

  /** Does what is due now, up to a batch; says how much that was. */
  public int sweep() {
    List<DuePurge> due = StoreCalls.get(purges.claim(BATCH, LEASE), DATABASE_TIMEOUT);
    if (due.isEmpty()) {
      return 0;
    }
    var claimed = new Claimed<>(due);
    try {
      var collections = store.collections();
      boolean together = deleteTogether(due, collections);
      claimed.each(it -> run(it, collections, together));
    } finally {
      var again = ids(claimed.done(), DuePurge::first);
      var done = ids(claimed.done(), it -> !it.first());
      await(purges.repeatAfter(again, zombieLife).then(purges.remove(done))
          .then(purges.release(ids(claimed.undone(), _ -> true))));
    }
    return due.size();
  }

  private static List<Long> ids(List<DuePurge> purges, Predicate<DuePurge> which) {
    return purges.stream().filter(which).map(DuePurge::id).toList();
  }

  /** Deletes the points of all documents with one call for each collection; false if they must be deleted one by one. */
  private boolean deleteTogether(List<DuePurge> due, List<String> collections) {
    var selections = new LinkedHashMap<CollectionSpec, List<PointSelection>>();
    for (DuePurge it : due) {
      if (it.purge().documentId() != null) {
        var ofDocument = selections(it.purge());
        Routes.everyOf(collections, it.purge().tenantId())
            .forEach(at -> selections.computeIfAbsent(at, _ -> new ArrayList<>()).addAll(ofDocument));
      }
    }
    try {
      selections.forEach(store::deleteAll);
      return true;
    } catch (SelfRagException e) {
      if (e.isTransient()) {
        throw e;
      }
      // One that the store does not accept must not keep the others.
      log.atWarn().addKeyValue("purges", due.size()).setCause(e).log("purges are done one by one");
      return false;
    }
  }

  private void run(DuePurge due, List<String> collections, boolean together) {
    var purge = due.purge();
    var knowledgeBase = purge.knowledgeBaseId();
    var ofTenant = Routes.everyOf(collections, purge.tenantId());
    if (knowledgeBase == null) {
      purgeTenant(purge.tenantId(), ofTenant, !due.first());
    } else if (purge.documentId() == null && purge.generation() != null) {
      purgeGeneration(purge.tenantId(), knowledgeBase, purge.generation(), ofTenant);
    } else if (purge.documentId() == null) {
      purgeKnowledgeBase(purge.tenantId(), knowledgeBase, ofTenant, !due.first());
    } else {
      purgeDocument(purge, together ? List.of() : ofTenant);
    }
  }

  private void purgeDocument(Purge purge, List<CollectionSpec> collections) {
    if (!collections.isEmpty()) {
      var selections = selections(purge);
      collections.forEach(it -> store.deleteAll(it, selections));
    }
    await(rows.deleteRows(purge));
  }

  /** What is meant, in each generation in which something may be left. */
  private List<PointSelection> selections(Purge purge) {
    List<Integer> generations = StoreCalls.get(rows.generations(purge).collectList(), DATABASE_TIMEOUT);
    return generations.stream().map(it -> selection(purge, it)).toList();
  }

  private static PointSelection selection(Purge purge, int generation) {
    var bound = new VersionKey(purge.tenantId(), Objects.requireNonNull(purge.knowledgeBaseId()),
        Objects.requireNonNull(purge.documentId()), generation, purge.limit().revision(), purge.limit().attempt());
    return switch (purge.limit()) {
      case Limit.Below _ -> new PointSelection.OfOlderVersions(bound);
      case Limit.Only _ -> new PointSelection.OfVersion(bound);
      case Limit.All _ -> throw new IllegalStateException("never of a document");
    };
  }

  private void purgeKnowledgeBase(UUID tenant, UUID knowledgeBase, List<CollectionSpec> collections, boolean last) {
    collections.forEach(it -> store.delete(it, new PointSelection.OfKnowledgeBase(tenant, knowledgeBase)));
    untilNothing(() -> rows.deleteSlice(tenant, knowledgeBase));
    if (last) {
      untilNothing(() -> rows.deleteLedgerSlice(tenant, knowledgeBase));
      untilNothing(() -> rows.deleteDocumentSlice(tenant, knowledgeBase));
      await(rows.removeKnowledgeBase(tenant, knowledgeBase));
      log.atInfo().addKeyValue("tenant_id", tenant).addKeyValue("knowledge_base_id", knowledgeBase)
          .log("knowledge base purged");
    }
  }

  /** Of a knowledge base that goes on with another generation. */
  private void purgeGeneration(UUID tenant, UUID knowledgeBase, int generation, List<CollectionSpec> collections) {
    if (StoreCalls.get(rows.isSeen(knowledgeBase, generation), DATABASE_TIMEOUT)) {
      throw new IllegalStateException("generation " + generation + " of " + knowledgeBase + " is what queries see");
    }
    untilNothing(() -> rows.deleteShownSlice(tenant, knowledgeBase, generation));
    collections.forEach(it -> store.delete(it, new PointSelection.OfGeneration(tenant, knowledgeBase, generation)));
    untilNothing(() -> rows.deleteSlice(tenant, knowledgeBase, generation));
    log.atInfo().addKeyValue("tenant_id", tenant).addKeyValue("knowledge_base_id", knowledgeBase)
        .addKeyValue("generation", generation).log("generation purged");
  }

  private void purgeTenant(UUID tenant, List<CollectionSpec> collections, boolean last) {
    List<UUID> knowledgeBases = StoreCalls.get(rows.knowledgeBasesOfDeletedTenant(tenant).collectList(),
        DATABASE_TIMEOUT);
    knowledgeBases.forEach(it -> purgeKnowledgeBase(tenant, it, collections, last));
    for (CollectionSpec collection : collections) {
      if (CollectionNames.tenant(collection.name()).isPresent()) {
        store.dropCollection(collection.name());
      } else {
        store.delete(collection, new PointSelection.OfTenant(tenant));
      }
    }
    if (last) {
      await(rows.removeTenant(tenant));
      log.atInfo().addKeyValue("tenant_id", tenant).log("tenant purged");
    }
  }

  private static void untilNothing(Supplier<Mono<Long>> slice) {
    long deleted;
    do {
      deleted = StoreCalls.get(slice.get(), DATABASE_TIMEOUT);
    } while (deleted > 0);
  }

  private static void await(Mono<?> work) {
    StoreCalls.await(work, DATABASE_TIMEOUT);
  }
}
