package io.selfrag.indexer.sweep;

import io.selfrag.catalog.StoreCalls;
import io.selfrag.catalog.index.DocumentFence;
import io.selfrag.catalog.index.FenceRows;
import io.selfrag.catalog.index.FenceView;
import io.selfrag.catalog.index.Refresh;
import io.selfrag.catalog.index.Refreshes;
import io.selfrag.indexer.index.PointCopies;
import io.selfrag.indexer.index.Routes;
import io.selfrag.vectorstore.VectorStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Makes the copies in the vector store like the documents' rows (S16). They are for filtering only, so this may come after the
 * flip: hydration looks at the rows. One document is refreshed by one sweeper at a time, from the row as it is then.
 */
public final class RefreshSweeper {
  private static final int BATCH = 20;
  /** Longer than a batch takes on a slow store; what ends later is done again by another sweeper. */
  private static final Duration LEASE = Duration.ofMinutes(2);
  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(60);

  private final Refreshes refreshes;
  private final FenceRows fences;
  private final VectorStore store;

  public RefreshSweeper(Refreshes refreshes, FenceRows fences, VectorStore store) {
    this.refreshes = refreshes;
    this.fences = fences;
    this.store = store;
  }

  /** Does what is due now, up to a batch; says how much that was. */
  public int sweep() {
    var due = StoreCalls.get(refreshes.claim(BATCH, LEASE).collectList(), DATABASE_TIMEOUT);
    if (due.isEmpty()) {
      return 0;
    }
    var claimed = new Claimed<>(due);
    var bases = due.stream().map(Refresh::knowledgeBaseId).distinct().toList();
    var before = StoreCalls.get(fences.read(List.of(), bases), DATABASE_TIMEOUT);
    try {
      var documents = due.stream().map(Refresh::documentId).toList();
      // The rows after the models: a batch whose chunk rows are not seen here compares its points with the rows itself.
      var models = StoreCalls.get(fences.modelsOf(documents), DATABASE_TIMEOUT);
      var view = StoreCalls.get(fences.read(documents, bases), DATABASE_TIMEOUT);
      claimed.each(it -> refresh(it, view, models));
    } finally {
      finish(claimed, before, bases);
    }
    return due.size();
  }

  /** What was written by a route that changed meanwhile is written again: a copier may not have seen it (S26). */
  private void finish(Claimed<Refresh> claimed, FenceView before, List<UUID> bases) {
    var now = StoreCalls.get(fences.read(List.of(), bases), DATABASE_TIMEOUT);
    var byRoute = claimed.done().stream()
        .collect(Collectors.partitioningBy(it -> before.hasSameRoute(now, it.knowledgeBaseId())));
    StoreCalls.await(refreshes.done(byRoute.getOrDefault(true, List.of()))
        .then(refreshes.release(byRoute.getOrDefault(false, List.of()))).then(refreshes.release(claimed.undone())),
        DATABASE_TIMEOUT);
  }

  private void refresh(Refresh refresh, FenceView view, Map<UUID, List<String>> models) {
    DocumentFence document = view.document(refresh.documentId());
    var knowledgeBase = view.knowledgeBase(refresh.knowledgeBaseId());
    if (document == null || knowledgeBase == null) {
      return; // gone, and its points with it
    }
    models.getOrDefault(document.id(), List.of()).stream().flatMap(it -> Routes.of(knowledgeBase, it).stream())
        .distinct()
        .forEach(collection -> store.updateAttributes(collection, document.tenantId(), document.id(),
            PointCopies.of(document)));
  }
}
