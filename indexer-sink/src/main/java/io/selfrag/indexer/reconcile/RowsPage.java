package io.selfrag.indexer.reconcile;

import io.selfrag.catalog.StoreCalls;
import io.selfrag.catalog.index.ChunkRow;
import io.selfrag.catalog.index.FenceRows;
import io.selfrag.catalog.index.FenceView;
import io.selfrag.catalog.index.IndexChange;
import io.selfrag.catalog.index.KeptChunk;
import io.selfrag.catalog.index.KeptChunks;
import io.selfrag.catalog.index.Refreshes;
import io.selfrag.catalog.index.Verdict;
import io.selfrag.catalog.reconcile.Finding;
import io.selfrag.catalog.reconcile.Reconciliation.Mode;
import io.selfrag.catalog.reconcile.Tally;
import io.selfrag.indexer.index.ChunkPoints;
import io.selfrag.indexer.index.Routes;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.VectorStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A page of chunk rows and their points. Whatever else happens meanwhile, nothing wrong stays: a point is written before its row
 * is looked for once more, so that one whose row went is taken away again here, and one whose row goes later by the purge that
 * took the row; attributes that changed meanwhile are left to the refresh, a tenant's move makes the page be done again.
 */
final class RowsPage {
  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(60);
  private static final int ROUTE_TRIES = 3;

  private final KeptChunks chunks;
  private final FenceRows fences;
  private final Refreshes refreshes;
  private final VectorStore store;

  RowsPage(KeptChunks chunks, FenceRows fences, Refreshes refreshes, VectorStore store) {
    this.chunks = chunks;
    this.fences = fences;
    this.refreshes = refreshes;
    this.store = store;
  }

  /**
   * Points as the rows ask for them, by where queries look for them, with the fences they were made from.
   *
   * @param seconds where points of tenants that are being moved are written too, after that (S26); what is missing there is the
   *        mover's to say
   */
  private record Wanted(FenceView seen, Map<CollectionSpec, List<Point>> points, Map<UUID, CollectionSpec> seconds,
      List<Finding> unvectored) {}

  /** Points that are to be written. */
  private record Lacking(Map<CollectionSpec, List<Point>> points, Found found) {}

  Found check(List<KeptChunk> rows, Mode mode) {
    for (int attempt = 1; attempt <= ROUTE_TRIES; attempt++) {
      var wanted = wanted(rows);
      var lacking = mode == Mode.REBUILD ? new Lacking(wanted.points(), Found.NOTHING) : compare(wanted);
      var found = lacking.found()
          .plus(new Found(Tally.ofPoints(0, 0, wanted.unvectored().size()), wanted.unvectored()));
      if (mode == Mode.REPORT || lacking.points().isEmpty()) {
        return found;
      }
      var seconds = seconds(lacking.points(), wanted.seconds());
      lacking.points().forEach(this::write);
      seconds.forEach(this::write);
      if (settle(lacking.points(), seconds, wanted.seen())) {
        return found.plus(Tally.ofRepairs(lacking.points().values().stream().mapToLong(List::size).sum()));
      }
    }
    throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "a tenant's points keep moving");
  }

  private Wanted wanted(List<KeptChunk> rows) {
    var versions = rows.stream().map(it -> it.row().version()).distinct()
        .map(it -> (IndexChange) new IndexChange.Reconsider(it, null)).toList();
    var seen = StoreCalls.get(fences.read(versions), DATABASE_TIMEOUT);
    var maker = new ChunkPoints();
    var points = new LinkedHashMap<CollectionSpec, List<Point>>();
    var seconds = new HashMap<UUID, CollectionSpec>();
    var unvectored = new ArrayList<Finding>();
    for (KeptChunk it : rows) {
      ChunkRow row = it.row();
      var verdict = seen.verdict(row.version());
      if (verdict != Verdict.ADMIT && verdict != Verdict.ALREADY_LIVE) {
        continue; // late: a purge is on its way
      }
      if (!it.hasVector()) {
        unvectored.add(new Finding("unvectored", row.id(), "document " + row.version().documentId()
            + " must be embedded again: no vector is kept"));
        continue;
      }
      var route = Routes.of(Objects.requireNonNull(seen.knowledgeBase(row.version().knowledgeBaseId())), row.model());
      route.stream().skip(1).forEach(second -> seconds.put(row.id(), second));
      points.computeIfAbsent(route.getFirst(), _ -> new ArrayList<>())
          .add(maker.of(row, Objects.requireNonNull(seen.document(row.version().documentId()))));
    }
    return new Wanted(seen, points, seconds, unvectored);
  }

  private static Map<CollectionSpec, List<Point>> seconds(Map<CollectionSpec, List<Point>> written,
      Map<UUID, CollectionSpec> seconds) {
    return all(written).stream().filter(it -> seconds.containsKey(it.chunkId()))
        .collect(Collectors.groupingBy(it -> Objects.requireNonNull(seconds.get(it.chunkId()))));
  }

  private Lacking compare(Wanted wanted) {
    var lacking = new LinkedHashMap<CollectionSpec, List<Point>>();
    var differences = new HashMap<UUID, String>();
    wanted.points().forEach((collection, points) -> {
      var stored = stored(collection, points);
      for (Point point : points) {
        var there = stored.get(point.chunkId());
        var difference = there == null ? Optional.of("") : PointDifference.between(point, there);
        difference.ifPresent(it -> {
          differences.put(point.chunkId(), it);
          lacking.computeIfAbsent(collection, _ -> new ArrayList<>()).add(point);
        });
      }
    });
    if (lacking.isEmpty()) {
      return new Lacking(lacking, Found.NOTHING);
    }
    var moving = moving(lacking, wanted.seen());
    var findings = new ArrayList<Finding>();
    for (List<Point> points : lacking.values()) {
      points.removeIf(moving::contains);
      points.forEach(it -> findings.add(finding(it, Objects.requireNonNull(differences.get(it.chunkId())))));
    }
    lacking.values().removeIf(List::isEmpty);
    long missing = findings.stream().filter(it -> it.kind().equals("missing")).count();
    return new Lacking(lacking, new Found(Tally.ofPoints(missing, findings.size() - missing, 0), findings));
  }

  private Map<UUID, Point> stored(CollectionSpec collection, List<Point> points) {
    var byTenant = points.stream().collect(Collectors.groupingBy(it -> it.key().tenantId(),
        Collectors.mapping(Point::chunkId, Collectors.toSet())));
    return byTenant.entrySet().stream()
        .flatMap(it -> store.scroll(collection, new PointSelection.OfPoints(it.getKey(), it.getValue()),
            Optional.empty(), it.getValue().size()).stream())
        .collect(Collectors.toMap(Point::chunkId, Function.identity()));
  }

  /** What differs because the document is being changed at this moment: its row went, or its copies are to be refreshed. */
  private Set<Point> moving(Map<CollectionSpec, List<Point>> lacking, FenceView seen) {
    var points = all(lacking);
    var rows = existing(points);
    var changed = Set.copyOf(StoreCalls.get(refreshes.waiting(documentsOf(points)), DATABASE_TIMEOUT));
    var now = read(points);
    return points.stream()
        .filter(it -> !rows.contains(it.chunkId()) || changed.contains(it.key().documentId())
            || !sameCopies(it.key().documentId(), seen, now))
        .collect(Collectors.toSet());
  }

  private void write(CollectionSpec collection, List<Point> points) {
    store.ensureCollection(collection);
    store.upsert(collection, points);
  }

  /** Looks at the rows after the points were written; false if a tenant's points go to another place by now. */
  private boolean settle(Map<CollectionSpec, List<Point>> written, Map<CollectionSpec, List<Point>> seconds,
      FenceView seen) {
    var points = all(written);
    var rows = existing(points);
    Stream.concat(written.entrySet().stream(), seconds.entrySet().stream())
        .forEach(at -> at.getValue().stream().filter(it -> !rows.contains(it.chunkId()))
            .collect(Collectors.groupingBy(it -> it.key().tenantId(),
                Collectors.mapping(Point::chunkId, Collectors.toSet())))
            .forEach((tenant, gone) -> store.delete(at.getKey(), new PointSelection.OfPoints(tenant, gone))));
    var now = read(points);
    var changed = documentsOf(points).stream().filter(it -> !sameCopies(it, seen, now)).map(now::document)
        .filter(Objects::nonNull).toList();
    StoreCalls.await(refreshes.add(changed), DATABASE_TIMEOUT);
    return seen.knowledgeBases().keySet().stream().allMatch(it -> seen.hasSameRoute(now, it));
  }

  private static boolean sameCopies(UUID document, FenceView then, FenceView now) {
    var before = then.document(document);
    var after = now.document(document);
    return before != null && after != null && before.hasCopiesOf(after);
  }

  private FenceView read(List<Point> points) {
    return StoreCalls.get(fences.read(documentsOf(points),
        points.stream().map(it -> it.key().knowledgeBaseId()).distinct().toList()), DATABASE_TIMEOUT);
  }

  private Set<UUID> existing(List<Point> points) {
    return StoreCalls.get(chunks.existing(points.stream().map(Point::chunkId).toList()), DATABASE_TIMEOUT);
  }

  private static List<UUID> documentsOf(List<Point> points) {
    return points.stream().map(it -> it.key().documentId()).distinct().toList();
  }

  private static List<Point> all(Map<CollectionSpec, List<Point>> points) {
    return points.values().stream().flatMap(List::stream).toList();
  }

  private static Finding finding(Point point, String difference) {
    return difference.isEmpty()
        ? new Finding("missing", point.chunkId(), "chunk " + point.ordinal() + " of document "
            + point.key().documentId() + " has no point")
        : new Finding("wrong", point.chunkId(), "chunk " + point.ordinal() + " of document "
            + point.key().documentId() + ": " + difference);
  }
}
