package io.selfrag.indexer.reconcile;

import io.selfrag.catalog.StoreCalls;
import io.selfrag.catalog.index.FenceRows;
import io.selfrag.catalog.index.FenceView;
import io.selfrag.catalog.index.IndexChange;
import io.selfrag.catalog.index.KeptChunks;
import io.selfrag.catalog.index.Verdict;
import io.selfrag.catalog.index.Version;
import io.selfrag.catalog.reconcile.Finding;
import io.selfrag.catalog.reconcile.Reconciliation.Mode;
import io.selfrag.catalog.reconcile.Tally;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.VersionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A page of one tenant's points, each of which needs its row. A point is written before its row: one without a row is a fault
 * only if its version cannot come any more and no purge waits for it. An id belongs to one attempt of one revision, so that
 * deleting by id can never take what is written later.
 */
final class PointsPage {
  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(60);

  private final KeptChunks chunks;
  private final FenceRows fences;
  private final VectorStore store;

  PointsPage(KeptChunks chunks, FenceRows fences, VectorStore store) {
    this.chunks = chunks;
    this.fences = fences;
    this.store = store;
  }

  Found check(CollectionSpec collection, UUID tenant, List<Point> points, Mode mode) {
    var rows = existing(points);
    var rowless = points.stream().filter(it -> !rows.contains(it.chunkId())).toList();
    if (rowless.isEmpty()) {
      return Found.NOTHING;
    }
    var seen = StoreCalls.get(fences.read(rowless.stream().map(Point::key).distinct()
        .map(it -> (IndexChange) new IndexChange.Reconsider(version(it), null)).toList()), DATABASE_TIMEOUT);
    var purged = StoreCalls.get(
        chunks.withPurges(rowless.stream().map(it -> it.key().documentId()).distinct().toList()), DATABASE_TIMEOUT);
    var cameMeanwhile = existing(rowless);
    var findings = new ArrayList<Finding>();
    for (Point point : rowless) {
      if (!cameMeanwhile.contains(point.chunkId()) && !purged.contains(point.key().documentId())) {
        var verdict = seen.verdict(version(point.key()));
        if (isStray(verdict, point.key(), seen)) {
          findings.add(finding(point, verdict));
        }
      }
    }
    if (mode != Mode.REPORT && !findings.isEmpty()) {
      store.delete(collection, new PointSelection.OfPoints(tenant,
          findings.stream().map(Finding::subject).collect(Collectors.toSet())));
    }
    long stale = findings.stream().filter(it -> it.kind().equals("stale")).count();
    return new Found(Tally.ofStrays(stale, findings.size() - stale), findings)
        .plus(mode == Mode.REPORT ? Tally.NONE : Tally.ofRepairs(findings.size()));
  }

  private static boolean isStray(Verdict verdict, VersionKey key, FenceView seen) {
    return switch (verdict) {
      case ADMIT -> false; // on its way
      case ALREADY_LIVE, SUPERSEDED, DELETED, INTERRUPTED, ENDED, FOREIGN, UNKNOWN_DOCUMENT -> true;
      case GENERATION_CLOSED -> false; // has its purge, too
      // One that is going away has its purge.
      case KNOWLEDGE_BASE_GONE -> {
        var base = seen.knowledgeBase(key.knowledgeBaseId());
        yield base == null || !base.tenantId().equals(key.tenantId());
      }
    };
  }

  private static Finding finding(Point point, Verdict verdict) {
    return switch (verdict) {
      case SUPERSEDED, DELETED, INTERRUPTED, ENDED -> new Finding("stale", point.chunkId(),
          "left of revision " + point.key().revision() + " of document " + point.key().documentId());
      case ADMIT, ALREADY_LIVE, FOREIGN, UNKNOWN_DOCUMENT, KNOWLEDGE_BASE_GONE, GENERATION_CLOSED ->
        new Finding("orphaned",
            point.chunkId(), "no chunk of document " + point.key().documentId() + " is known by this id");
    };
  }

  private Set<UUID> existing(List<Point> points) {
    return StoreCalls.get(chunks.existing(points.stream().map(Point::chunkId).toList()), DATABASE_TIMEOUT);
  }

  private static Version version(VersionKey key) {
    return new Version(key.tenantId(), key.knowledgeBaseId(), key.documentId(), key.generation(), key.revision(),
        key.attempt());
  }
}
