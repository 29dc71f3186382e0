package io.selfrag.catalog.index;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.index.Counters.Change;
import io.selfrag.catalog.index.DocumentRows.Hidden;
import io.selfrag.catalog.index.OpenRevisions.Bound;
import io.selfrag.catalog.index.OpenRevisions.Open;
import io.selfrag.catalog.outbox.Outbox;
import io.selfrag.catalog.outbox.OutboxRecord;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.Stage;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/**
 * The sink's one transaction (S12): under the locks of {@link FenceRows} it writes tombstones, attributes and chunk rows,
 * flips what is complete, records what must be purged, which copies must be refreshed and which events follow, and updates the
 * counters last. Applying the same changes again, in any order and mix, ends in the same state.
 */
public final class IndexChanges {
  private final CatalogDatabase database;
  private final FenceRows fences;
  private final ChunkRows chunks;
  private final DocumentRows documents;
  private final OpenRevisions openRevisions;
  private final Purges purges;
  private final Refreshes refreshes;
  private final Counters counters;
  private final WithheldFlips withheldFlips;
  private final Outbox outbox;
  private final IndexEvents events;

  /**
   * @param keepVectors whether vectors are stored beside the chunk rows (S15)
   */
  public IndexChanges(CatalogDatabase database, TopicNames topics, AvroCodec codec, InstantSource clock,
      boolean keepVectors) {
    this.database = database;
    this.fences = new FenceRows(database);
    this.chunks = new ChunkRows(database.client(), keepVectors);
    this.documents = new DocumentRows(database.client());
    this.openRevisions = new OpenRevisions(database.client());
    this.purges = new Purges(database);
    this.refreshes = new Refreshes(database);
    this.counters = new Counters(database.client());
    this.withheldFlips = new WithheldFlips(database);
    this.outbox = new Outbox(database);
    this.events = new IndexEvents(topics, codec, clock);
  }

  /**
   * Applies a batch whose admitted chunks are in the vector store already.
   *
   * @param seen the fences by which that was decided; stale ones lead to a refresh of the copies, never to wrong rows
   * @throws RouteChanged if a tenant's points go elsewhere by now: read the fences again and redo the batch
   */
  public Mono<IndexOutcome> apply(List<IndexChange> changes, FenceView seen) {
    return database.inTransaction(fences.lock(changes).flatMap(locked -> {
      requireSameRoutes(seen, locked);
      var work = IndexWork.decide(changes, locked);
      return documents.interrupt(work.interrupts().values()).then(documents.patch(work.patches()))
          .then(documents.bury(work.deletes().values()))
          .flatMap(hidden -> chunks.insert(work.admitted()).then(chunks.counts(work.announced().keySet()))
              .flatMap(present -> finish(work, seen, hidden, FlipPlan.of(work, present))));
    }));
  }

  private Mono<IndexOutcome> finish(IndexWork work, FenceView seen, List<Hidden> hidden, FlipPlan plan) {
    return documents.flip(plan.versions(), plan.chunkCounts(), plan.raises())
        .flatMap(reattributed -> refreshes.add(refreshed(work, seen, reattributed)))
        .then(withheldFlips.add(plan.withheld(), plan.withheld().stream().map(plan::chunkCount).toList()))
        .then(openRevisions.below(supersededBelow(work, plan)))
        .flatMap(superseded -> openRevisions.below(interruptedBelow(work)).flatMap(interrupted -> outbox
            .append(eventsOf(work, plan, superseded, interrupted))
            .then(chunks.withOlder(plan.versions()))
            .flatMap(replaced -> purges.add(purgesOf(work, plan, interrupted, replaced)))
            .then(counters.add(changesOf(work, hidden, plan)))
            .then(counters.releaseDeleted(work.deletes().values()))))
        .thenReturn(new IndexOutcome(plan.versions(), plan.withheld(), plan.allLate(work.late()), plan.incomplete()));
  }

  private static void requireSameRoutes(FenceView seen, FenceView locked) {
    if (!locked.knowledgeBases().keySet().stream().allMatch(it -> seen.hasSameRoute(locked, it))) {
      throw new RouteChanged();
    }
  }

  private static List<Bound> supersededBelow(IndexWork work, FlipPlan plan) {
    var flips = plan.versions().stream().filter(plan::isSeenByQueries)
        .map(it -> new Bound(it.documentId(), it.revision(), it.attempt()));
    var deletes = work.deletes().values().stream().map(it -> new Bound(it.documentId(), it.revision(), 0));
    return Stream.concat(flips, deletes).toList();
  }

  private static List<Bound> interruptedBelow(IndexWork work) {
    return work.interrupts().values().stream()
        .map(it -> new Bound(it.documentId(), it.revision(), it.attempt() + 1)).toList();
  }

  private List<OutboxRecord> eventsOf(IndexWork work, FlipPlan plan, List<Open> superseded, List<Open> interrupted) {
    var records = new ArrayList<OutboxRecord>();
    work.patches().forEach(it -> records.add(events.ofRevision(it.tenantId(), it.knowledgeBaseId(), it.documentId(),
        it.revision(), it.attempt(), Stage.PATCHED, it.headers())));
    work.ended().forEach(it -> records.add(end(it)));
    for (Version version : plan.versions()) {
      var headers = work.headersOf(version.documentId());
      records.add(events.ofVersion(version, Stage.EMBEDDED, plan.chunkCount(version), headers));
      records.add(events.ofVersion(version, Stage.INDEXED, plan.chunkCount(version), headers));
    }
    work.overdue().live().forEach(it -> records.add(liveAlready(work, it)));
    work.overdue().empty().forEach(it -> records.add(events.emptyDocument(it)));
    var flipped = new HashSet<>(plan.versions());
    ends(work, superseded, Stage.SUPERSEDED, flipped).forEach(records::add);
    ends(work, interrupted, Stage.INTERRUPTED, flipped).forEach(records::add);
    plan.allLate(work.late()).forEach((version, verdict) -> lateEvent(work, version, verdict).forEach(records::add));
    return records;
  }

  private OutboxRecord liveAlready(IndexWork work, Version version) {
    var live = Objects.requireNonNull(work.fences().document(version.documentId())).live().get(version.generation());
    return events.ofVersion(version, Stage.INDEXED, Objects.requireNonNull(live).chunkCount(), Map.of());
  }

  private OutboxRecord end(IndexChange change) {
    return switch (change) {
      case IndexChange.Delete it -> events.ofRevision(it.tenantId(), it.knowledgeBaseId(), it.documentId(),
          it.revision(), it.attempt(), Stage.DELETED, it.headers());
      case IndexChange.Interrupt it -> events.ofRevision(it.tenantId(), it.knowledgeBaseId(), it.documentId(),
          it.revision(), it.attempt(), Stage.INTERRUPTED, it.headers());
      case IndexChange.Patch _,IndexChange.Chunk _,IndexChange.Reconsider _ ->
        throw new IllegalStateException("neither ends like this");
    };
  }

  private Stream<OutboxRecord> ends(IndexWork work, List<Open> open, Stage stage, Collection<Version> flipped) {
    return open.stream()
        .filter(it -> flipped.stream()
            .noneMatch(live -> live.documentId().equals(it.documentId()) && live.revision() == it.revision()))
        .map(it -> events.ofRevision(it.tenantId(), it.knowledgeBaseId(), it.documentId(), it.revision(), it.attempt(),
            stage, work.headersOf(it.documentId())));
  }

  private Stream<OutboxRecord> lateEvent(IndexWork work, Version version, Verdict verdict) {
    var stage = switch (verdict) {
      case SUPERSEDED, DELETED -> Stage.SUPERSEDED;
      case INTERRUPTED -> Stage.INTERRUPTED;
      case ADMIT, ALREADY_LIVE, ENDED, KNOWLEDGE_BASE_GONE, GENERATION_CLOSED, FOREIGN, UNKNOWN_DOCUMENT -> null;
    };
    if (stage == null || work.fences().hasEnded(version) || !work.fences().isLiveGeneration(version)) {
      return Stream.empty();
    }
    return Stream.of(events.ofRevision(version.tenantId(), version.knowledgeBaseId(), version.documentId(),
        version.revision(), version.attempt(), stage, work.headersOf(version.documentId())));
  }

  private static List<Purge> purgesOf(IndexWork work, FlipPlan plan, List<Open> interrupted,
      List<Version> replaced) {
    var intents = new LinkedHashSet<Purge>();
    work.deletes().values()
        .forEach(it -> intents.add(new Purge(it.tenantId(), it.knowledgeBaseId(), it.documentId(), null,
            new Purge.Limit.Below(it.revision(), 0))));
    interrupted.forEach(it -> intents.add(new Purge(it.tenantId(), it.knowledgeBaseId(), it.documentId(), null,
        new Purge.Limit.Only(it.revision(), it.attempt()))));
    replaced.forEach(it -> intents.add(Purge.below(it)));
    plan.allLate(work.late()).keySet().forEach(it -> intents.add(Purge.only(it)));
    return List.copyOf(intents);
  }

  private static SortedMap<UUID, Change> changesOf(IndexWork work, List<Hidden> hidden, FlipPlan plan) {
    SortedMap<UUID, Change> changes = new TreeMap<>();
    work.patches().forEach(it -> changes.putIfAbsent(it.knowledgeBaseId(), new Change(0, 0)));
    work.deletes().values().forEach(it -> changes.putIfAbsent(it.knowledgeBaseId(), new Change(0, 0)));
    for (Hidden it : hidden) {
      var document = work.fences().document(it.documentId());
      if (document != null && work.fences().isLiveGeneration(document.knowledgeBaseId(), it.generation())) {
        changes.merge(document.knowledgeBaseId(), new Change(-1, -it.chunkCount()), Change::plus);
      }
    }
    for (Version it : plan.versions()) {
      if (plan.isSeenByQueries(it)) {
        changes.merge(it.knowledgeBaseId(), plan.counterChange(it, hidden), Change::plus);
      }
    }
    return changes;
  }

  /**
   * Documents whose copies in the vector store may differ from their rows: patched ones, those that took over other attributes
   * with a flip, and those whose points were written just now with what had changed by the time of the lock.
   */
  private static List<DocumentFence> refreshed(IndexWork work, FenceView seen, Set<UUID> reattributed) {
    var ids = new LinkedHashSet<UUID>(work.patchedDocuments());
    ids.addAll(reattributed);
    var refreshed = new ArrayList<DocumentFence>();
    work.fences().documents().forEach((id, now) -> {
      var then = seen.document(id);
      if (ids.contains(id) || then == null || !then.hasCopiesOf(now)) {
        refreshed.add(now);
      }
    });
    return refreshed;
  }

  /** A tenant's points go to another collection than the batch was written to. */
  public static final class RouteChanged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RouteChanged() {
      super("the tenant's points go to another collection by now", null, false, false);
    }
  }
}
