package io.selfrag.catalog.index;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.index.Counters.Change;
import io.selfrag.schemas.avro.DocumentEvent;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/**
 * Projects the timeline into states (S14): the one writer of {@code documents.processing_status}, stage and error, and of the
 * ledger's states. Projecting the same events again changes nothing.
 */
public final class EventProjection {
  private final CatalogDatabase database;
  private final DatabaseClient client;
  private final Introductions introductions;
  private final StandingRows standings;
  private final EventRows timeline;
  private final Purges purges;
  private final Counters counters;

  public EventProjection(CatalogDatabase database) {
    this.database = database;
    this.client = database.client();
    this.introductions = new Introductions(client);
    this.standings = new StandingRows(client);
    this.timeline = new EventRows(client);
    this.purges = new Purges(database);
    this.counters = new Counters(client);
  }

  /** Projects events in the order of the log, in one transaction. Events of unknown documents leave no trace. */
  public Mono<Void> project(List<DocumentEvent> events) {
    if (events.isEmpty()) {
      return Mono.empty();
    }
    return database
        .inTransaction(introductions.addDocuments(events).then(standings.lock(events)).flatMap(documents -> {
          var known = events.stream().filter(it -> isOwn(documents.get(it.getDocumentId()), it)).toList();
          return introductions.addRevisions(known).then(standings.revisions(known, documents.values()))
              .flatMap(rows -> {
                rows.forEach(it -> Objects.requireNonNull(documents.get(it.documentId())).know(it));
                var told = known.stream()
                    .filter(it -> Objects.requireNonNull(documents.get(it.getDocumentId())).apply(it)).toList();
                var changed = documents.values().stream().filter(DocumentStanding::isChanged).toList();
                return timeline.append(told).then(write(changed));
              });
        }).thenReturn(true)).then();
  }

  private static boolean isOwn(@Nullable DocumentStanding document, DocumentEvent event) {
    return document != null && document.tenantId().equals(event.getTenantId())
        && document.knowledgeBaseId().equals(event.getKnowledgeBaseId());
  }

  private Mono<Void> write(List<DocumentStanding> documents) {
    return documents.isEmpty()
        ? Mono.empty()
        : standings.write(documents).then(purgeFailed(documents)).then(finishDeletes(documents))
            .then(releaseFailed(documents));
  }

  /** What failed versions have left behind is orphaned, unless the version is live in another generation. */
  private Mono<Void> purgeFailed(List<DocumentStanding> documents) {
    var intents = new HashSet<Purge>();
    documents.forEach(document -> document.failedRevisions()
        .forEach(row -> intents.add(new Purge(document.tenantId(), document.knowledgeBaseId(), document.documentId(),
            null, new Purge.Limit.Only(row.revision(), row.attempt())))));
    return purges.add(intents);
  }

  /**
   * A delete that newer content overtook on its way never reaches the sink: that content will replace what was deleted. Until
   * it does, or if it fails, what is hidden must go all the same.
   */
  private Mono<Void> finishDeletes(List<DocumentStanding> documents) {
    var overtaken = documents.stream().filter(DocumentStanding::hasOvertakenDelete).toList();
    if (overtaken.isEmpty()) {
      return Mono.empty();
    }
    return client.sql("""
        delete from document_generations g using documents d
         where d.id = any(:ids) and g.document_id = d.id and g.live_revision <= d.deleted_revision
        returning g.knowledge_base_id, g.document_id, g.generation, g.chunk_count
        """).bind("ids", overtaken.stream().map(DocumentStanding::documentId).toArray(UUID[]::new))
        .map(row -> new Buried(Columns.uuid(row, "knowledge_base_id"), Columns.uuid(row, "document_id"),
            Columns.integer(row, "generation"), Columns.integer(row, "chunk_count")))
        .all().collectList().flatMap(buried -> {
          var changes = new TreeMap<UUID, Change>();
          for (DocumentStanding document : overtaken) {
            buried.stream().filter(it -> it.documentId.equals(document.documentId()))
                .filter(it -> it.generation == document.liveGeneration())
                .forEach(it -> changes.merge(it.knowledgeBaseId, new Change(-1, -it.chunkCount), Change::plus));
          }
          var intents = overtaken.stream().map(it -> new Purge(it.tenantId(), it.knowledgeBaseId(), it.documentId(),
              null, new Purge.Limit.Below(it.deletedRevision(), 0))).toList();
          return purges.add(intents).then(counters.add(changes));
        });
  }

  private record Buried(UUID knowledgeBaseId, UUID documentId, int generation, long chunkCount) {}

  private Mono<Void> releaseFailed(List<DocumentStanding> documents) {
    var failed = documents.stream().filter(it -> it.status().equals("failed")).map(DocumentStanding::documentId)
        .toArray(UUID[]::new);
    if (failed.length == 0) {
      return Mono.empty();
    }
    return client.sql("""
        select d.id from documents d
         where d.id = any(:ids) and d.counted
           and not exists (select 1 from document_generations g
                            where g.document_id = d.id and g.live_revision > d.deleted_revision)
           -- What was accepted since has reserved anew.
           and not exists (select 1 from document_revisions r
                            where r.document_id = d.id and r.kind = 'upsert'
                              and r.state in ('accepting', 'pending', 'processing'))
        """).bind("ids", failed).map(row -> Columns.uuid(row, "id")).all().collectList().flatMap(counters::release);
  }
}
