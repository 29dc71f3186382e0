package io.selfrag.indexer.purge;

import io.selfrag.catalog.index.DuePurge;
import io.selfrag.catalog.index.Purge;
import io.selfrag.catalog.index.Purge.Limit;
import io.selfrag.catalog.index.Purges;
import io.selfrag.indexer.index.Routes;
import io.selfrag.vectorstore.CollectionNames;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.VersionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Deletes what is due. A writer that was thought dead may write once more after the first deletion; the second, later than any
 * such writer can live, leaves nothing (S13). Every step may be repeated, by several sweepers at once.
 */
public final class PurgeSweeper {
  private static final Logger log = LoggerFactory.getLogger(PurgeSweeper.class);
  private static final int BATCH = 100;
  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(60);

  private final Purges purges;
  private final VectorStore store;
  private final Duration zombieLife;

  /**
   * @param zombieLife longest time for which a writer that lost its partitions may still write: session time-out and the store's
   *        time-out
   */
  public PurgeSweeper(Purges purges, VectorStore store, Duration zombieLife) {
    this.purges = purges;
    this.store = store;
    this.zombieLife = zombieLife;
  }

  /** Does what is due now, up to a batch; says how much that was. */
  public int sweep() {
    List<DuePurge> due = block(purges.due(BATCH).collectList());
    var again = new ArrayList<Long>();
    var done = new ArrayList<Long>();
    for (DuePurge it : due) {
      run(it);
      (it.first() ? again : done).add(it.id());
    }
    if (!again.isEmpty()) {
      purges.repeatAfter(again, zombieLife).block(DATABASE_TIMEOUT);
    }
    if (!done.isEmpty()) {
      purges.remove(done).block(DATABASE_TIMEOUT);
    }
    return due.size();
  }

  private void run(DuePurge due) {
    var purge = due.purge();
    var knowledgeBase = purge.knowledgeBaseId();
    if (knowledgeBase == null) {
      purgeTenant(purge.tenantId(), !due.first());
    } else if (purge.documentId() == null) {
      purgeKnowledgeBase(purge.tenantId(), knowledgeBase, !due.first());
    } else {
      purgeDocument(purge, knowledgeBase, purge.documentId());
    }
  }

  private void purgeDocument(Purge purge, UUID knowledgeBase, UUID document) {
    List<Integer> generations = block(purges.generations(purge).collectList());
    for (CollectionSpec collection : Routes.everyOf(store, purge.tenantId())) {
      for (int generation : generations) {
        store.delete(collection, selection(purge, knowledgeBase, document, generation));
      }
    }
    purges.deleteRows(purge).block(DATABASE_TIMEOUT);
  }

  private static PointSelection selection(Purge purge, UUID knowledgeBase, UUID document, int generation) {
    return switch (purge.limit()) {
      case Limit.All _ -> new PointSelection.OfDocument(purge.tenantId(), knowledgeBase, document);
      case Limit.Below it -> new PointSelection.OfOlderVersions(
          new VersionKey(purge.tenantId(), knowledgeBase, document, generation, it.revision(), it.attempt()));
      case Limit.Only it -> new PointSelection.OfVersion(
          new VersionKey(purge.tenantId(), knowledgeBase, document, generation, it.revision(), it.attempt()));
    };
  }

  private void purgeKnowledgeBase(UUID tenant, UUID knowledgeBase, boolean last) {
    Routes.everyOf(store, tenant)
        .forEach(it -> store.delete(it, new PointSelection.OfKnowledgeBase(tenant, knowledgeBase)));
    untilNothing(() -> purges.deleteSlice(tenant, knowledgeBase).block(DATABASE_TIMEOUT));
    if (last) {
      untilNothing(() -> purges.deleteLedgerSlice(tenant, knowledgeBase).block(DATABASE_TIMEOUT));
      untilNothing(() -> purges.deleteDocumentSlice(tenant, knowledgeBase).block(DATABASE_TIMEOUT));
      purges.removeKnowledgeBase(tenant, knowledgeBase).block(DATABASE_TIMEOUT);
      log.atInfo().addKeyValue("tenant_id", tenant).addKeyValue("knowledge_base_id", knowledgeBase)
          .log("knowledge base purged");
    }
  }

  private void purgeTenant(UUID tenant, boolean last) {
    List<UUID> knowledgeBases = block(purges.knowledgeBasesOfDeletedTenant(tenant).collectList());
    knowledgeBases.forEach(it -> purgeKnowledgeBase(tenant, it, last));
    for (CollectionSpec collection : Routes.everyOf(store, tenant)) {
      if (CollectionNames.tenant(collection.name()).isPresent()) {
        store.dropCollection(collection.name());
      } else {
        store.delete(collection, new PointSelection.OfTenant(tenant));
      }
    }
    if (last) {
      purges.removeTenant(tenant).block(DATABASE_TIMEOUT);
      log.atInfo().addKeyValue("tenant_id", tenant).log("tenant purged");
    }
  }

  private interface Slice {
    @Nullable
    Long delete();
  }

  private static void untilNothing(Slice slice) {
    Long deleted;
    do {
      deleted = slice.delete();
    } while (deleted != null && deleted > 0);
  }

  private static <T> T block(Mono<T> query) {
    return Objects.requireNonNull(query.block(DATABASE_TIMEOUT));
  }
}
