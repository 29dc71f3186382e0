package io.selfrag.indexer.index;

import io.selfrag.catalog.StoreCalls;
import io.selfrag.catalog.index.ChunkRow;
import io.selfrag.catalog.index.FenceRows;
import io.selfrag.catalog.index.FenceView;
import io.selfrag.catalog.index.IndexChange;
import io.selfrag.catalog.index.IndexChanges;
import io.selfrag.catalog.index.IndexOutcome;
import io.selfrag.catalog.index.Verdict;
import io.selfrag.catalog.index.Version;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.trace.TraceContext;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.VectorStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies a batch: points of chunks that are not late, then the transaction that may make them visible and records what is to
 * follow. A crash anywhere is mended by doing the batch again (S12). Safe for concurrent callers.
 */
public final class ApplyChanges {
  private static final Logger log = LoggerFactory.getLogger(ApplyChanges.class);
  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(60);
  private static final int ROUTE_TRIES = 3;
  private final VectorStore store;
  private final FenceRows fences;
  private final IndexChanges transaction;
  private final Set<CollectionSpec> ensured = ConcurrentHashMap.newKeySet();

  public ApplyChanges(VectorStore store, FenceRows fences, IndexChanges transaction) {
    this.store = store;
    this.fences = fences;
    this.transaction = transaction;
  }

  /** The fences of these changes as they are now. */
  public FenceView fences(List<IndexChange> changes) {
    return StoreCalls.get(fences.read(changes), DATABASE_TIMEOUT);
  }

  /**
   * Applies changes of documents that exist.
   *
   * @throws SelfRagException transient: nothing is lost by doing the same batch again
   */
  public IndexOutcome apply(List<IndexChange> changes) {
    for (int attempt = 1; attempt <= ROUTE_TRIES; attempt++) {
      var seen = fences(changes);
      upsert(changes, seen);
      try {
        var outcome = StoreCalls.get(transaction.apply(changes, seen), DATABASE_TIMEOUT);
        report(changes, outcome);
        return outcome;
      } catch (IndexChanges.RouteChanged e) {
        log.atInfo().addKeyValue("attempt", attempt).log("a tenant's points move, doing the batch again");
      }
    }
    throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "a tenant's points keep moving");
  }

  private void upsert(List<IndexChange> changes, FenceView seen) {
    var points = new ChunkPoints();
    // One after the other: all that queries look at is written before anything is written a second time (S26).
    var turns = List.of(new LinkedHashMap<CollectionSpec, List<Point>>(),
        new LinkedHashMap<CollectionSpec, List<Point>>());
    var ids = new LinkedHashSet<UUID>();
    for (IndexChange change : changes) {
      if (change instanceof IndexChange.Chunk(ChunkRow row, var _) && seen.verdict(row.version()) == Verdict.ADMIT
          && ids.add(row.id())) {
        var knowledgeBase = Objects.requireNonNull(seen.knowledgeBase(row.version().knowledgeBaseId()));
        var document = Objects.requireNonNull(seen.document(row.version().documentId()));
        var point = points.of(row, document);
        var collections = Routes.of(knowledgeBase, row.model());
        for (int turn = 0; turn < collections.size(); turn++) {
          turns.get(turn).computeIfAbsent(collections.get(turn), _ -> new ArrayList<>()).add(point);
        }
      }
    }
    turns.forEach(turn -> turn.forEach((collection, batch) -> {
      if (!ensured.contains(collection)) {
        store.ensureCollection(collection);
        ensured.add(collection);
      }
      store.upsert(collection, batch);
    }));
  }

  private static void report(List<IndexChange> changes, IndexOutcome outcome) {
    var traces = new HashMap<Version, TraceContext>();
    for (IndexChange change : changes) {
      if (change instanceof IndexChange.Chunk(ChunkRow row, var headers)) {
        traces.put(row.version(), TraceContext.of(headers));
      }
    }
    for (Version version : outcome.flipped()) {
      traces.getOrDefault(version, TraceContext.NONE).on(log.atInfo()).addKeyValue("tenant_id", version.tenantId())
          .addKeyValue("knowledge_base_id", version.knowledgeBaseId()).addKeyValue("document_id", version.documentId())
          .addKeyValue("revision", version.revision()).addKeyValue("generation", version.generation())
          .log("document indexed");
    }
    outcome.late().forEach((version, verdict) -> log.atDebug().addKeyValue("document_id", version.documentId())
        .addKeyValue("revision", version.revision()).addKeyValue("reason", verdict).log("late chunks dropped"));
  }
}
