package io.selfrag.catalog.index;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.Failure;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/**
 * Projects the timeline into states (S14): the one writer of {@code documents.processing_status}, stage and error, and of the
 * ledger's states. Projecting the same events again changes nothing.
 */
public final class EventProjection {
  private static final String COLUMNS = """
      document_id, revision, attempt, kind, state, chunk_count, equals_revision, error_stage, error_code, error_message,
      finished_at
      """;

  private final CatalogDatabase database;
  private final DatabaseClient client;
  private final Introductions introductions;
  private final Purges purges;
  private final Counters counters;

  public EventProjection(CatalogDatabase database) {
    this.database = database;
    this.client = database.client();
    this.introductions = new Introductions(client);
    this.purges = new Purges(database);
    this.counters = new Counters(client);
  }

  /** Projects events in the order of the log, in one transaction. Events of unknown documents leave no trace. */
  public Mono<Void> project(List<DocumentEvent> events) {
    if (events.isEmpty()) {
      return Mono.empty();
    }
    return database.inTransaction(introductions.add(events).then(lock(events)).flatMap(documents -> {
      var known = events.stream().filter(it -> isOwn(documents.get(it.getDocumentId()), it)).toList();
      return revisions(known, documents.values()).flatMap(rows -> {
        rows.forEach(it -> Objects.requireNonNull(documents.get(it.documentId())).know(it));
        var told = known.stream().filter(it -> Objects.requireNonNull(documents.get(it.getDocumentId())).apply(it))
            .toList();
        return append(told).then(write(documents.values().stream().filter(DocumentStanding::isChanged).toList()));
      });
    }).thenReturn(true)).then();
  }

  private static boolean isOwn(@Nullable DocumentStanding document, DocumentEvent event) {
    return document != null && document.tenantId().equals(event.getTenantId())
        && document.knowledgeBaseId().equals(event.getKnowledgeBaseId());
  }

  private Mono<Map<UUID, DocumentStanding>> lock(List<DocumentEvent> events) {
    return client
        .sql(
            """
                select d.id, d.tenant_id, d.knowledge_base_id, d.newest_revision, d.newest_attempt, d.processing_status, d.stage,
                       d.error_stage, d.error_code, d.error_message, k.live_generation
                  from documents d join knowledge_bases k on k.id = d.knowledge_base_id
                 where d.id = any(:ids) order by d.id for no key update of d
                """)
        .bind("ids", events.stream().map(DocumentEvent::getDocumentId).distinct().toArray(UUID[]::new))
        .map(row -> standing(row)).all().collectMap(DocumentStanding::documentId);
  }

  /** The revisions that events name, the newest ones, and those that unchanged ones equal. */
  private Mono<List<RevisionRow>> revisions(List<DocumentEvent> events, Collection<DocumentStanding> documents) {
    var ids = new ArrayList<UUID>();
    var revisions = new ArrayList<Long>();
    for (DocumentEvent event : events) {
      ids.add(event.getDocumentId());
      revisions.add(event.getRevision());
      if (event.getEqualsRevision() != null) {
        ids.add(event.getDocumentId());
        revisions.add(event.getEqualsRevision());
      }
    }
    documents.forEach(it -> {
      ids.add(it.documentId());
      revisions.add(it.newestRevision());
    });
    return client.sql("""
        with wanted as (select distinct * from unnest(:ids::uuid[], :revisions::bigint[]) as w(document_id, revision)),
             twins as (select r.document_id, r.equals_revision as revision
                         from document_revisions r join wanted using (document_id, revision)
                        where r.equals_revision is not null)
        select %s from document_revisions r
         where (r.document_id, r.revision) in (select * from wanted union select * from twins)
         order by r.document_id, r.revision for update of r
        """.formatted(COLUMNS)).bind("ids", ids.toArray(UUID[]::new)).bind("revisions", revisions.toArray(Long[]::new))
        .map(row -> revision(row)).all().collectList();
  }

  private Mono<Void> append(List<DocumentEvent> events) {
    if (events.isEmpty()) {
      return Mono.empty();
    }
    return client
        .sql(
            """
                insert into document_events (tenant_id, knowledge_base_id, document_id, revision, attempt, stage, generation, at,
                                             chunk_count, equals_revision, error_stage, error_code, error_message)
                select tenant_id, knowledge_base_id, document_id, revision, attempt, stage, generation, at,
                       nullif(chunk_count, -1), nullif(equals_revision, -1), nullif(error_stage, ''), nullif(error_code, ''),
                       nullif(error_message, '')
                  from unnest(:tenants::uuid[], :bases::uuid[], :ids::uuid[], :revisions::bigint[], :attempts::int[],
                              :stages::text[], :generations::int[], :times::timestamptz[], :counts::int[], :equals::bigint[],
                              :errorStages::text[], :errorCodes::text[], :errorMessages::text[])
                    with ordinality as w(tenant_id, knowledge_base_id, document_id, revision, attempt, stage, generation, at,
                                         chunk_count, equals_revision, error_stage, error_code, error_message, position)
                 order by position
                    on conflict do nothing
                """)
        .bind("tenants", array(events, DocumentEvent::getTenantId, UUID[]::new))
        .bind("bases", array(events, DocumentEvent::getKnowledgeBaseId, UUID[]::new))
        .bind("ids", array(events, DocumentEvent::getDocumentId, UUID[]::new))
        .bind("revisions", array(events, DocumentEvent::getRevision, Long[]::new))
        .bind("attempts", array(events, DocumentEvent::getAttempt, Integer[]::new))
        .bind("stages", array(events, it -> it.getStage().name().toLowerCase(Locale.ROOT), String[]::new))
        .bind("generations", array(events, it -> it.getGeneration() == null ? 0 : it.getGeneration(), Integer[]::new))
        .bind("times", array(events, it -> it.getAt().atOffset(ZoneOffset.UTC),
            OffsetDateTime[]::new))
        .bind("counts", array(events, it -> it.getChunkCount() == null ? -1 : it.getChunkCount(), Integer[]::new))
        .bind("equals",
            array(events, it -> it.getEqualsRevision() == null ? -1L : it.getEqualsRevision(), Long[]::new))
        .bind("errorStages", array(events, it -> it.getError() == null ? "" : it.getError().getStage(), String[]::new))
        .bind("errorCodes", array(events, it -> it.getError() == null ? "" : it.getError().getCode(), String[]::new))
        .bind("errorMessages",
            array(events, it -> it.getError() == null ? "" : it.getError().getMessage(), String[]::new))
        .fetch().rowsUpdated().then();
  }

  private Mono<Void> write(List<DocumentStanding> documents) {
    if (documents.isEmpty()) {
      return Mono.empty();
    }
    var owned = documents.stream()
        .flatMap(document -> document.changedRevisions().stream().map(row -> new Owned(document, row))).toList();
    return writeRevisions(owned).then(writeDocuments(documents)).then(purgeFailed(documents))
        .then(releaseFailed(documents));
  }

  private record Owned(DocumentStanding document, RevisionRow row) {}

  private Mono<Void> writeRevisions(List<Owned> rows) {
    return client
        .sql(
            """
                insert into document_revisions (document_id, revision, attempt, tenant_id, knowledge_base_id, kind, state,
                                                chunk_count, equals_revision, error_stage, error_code, error_message, finished_at)
                select id, revision, attempt, tenant_id, base_id, kind, state, nullif(chunk_count, -1), nullif(equals_revision, -1),
                       nullif(error_stage, ''), nullif(error_code, ''), nullif(error_message, ''),
                       nullif(finished_at, 'epoch'::timestamptz)
                  from unnest(:tenants::uuid[], :bases::uuid[], :ids::uuid[], :revisions::bigint[], :attempts::int[], :kinds::text[],
                              :states::text[], :counts::int[], :equals::bigint[], :errorStages::text[], :errorCodes::text[],
                              :errorMessages::text[], :times::timestamptz[])
                    as w(tenant_id, base_id, id, revision, attempt, kind, state, chunk_count, equals_revision, error_stage,
                         error_code, error_message, finished_at)
                    on conflict (document_id, revision) do update
                   set attempt = excluded.attempt, state = excluded.state, chunk_count = excluded.chunk_count,
                       equals_revision = excluded.equals_revision, error_stage = excluded.error_stage,
                       error_code = excluded.error_code, error_message = excluded.error_message,
                       finished_at = excluded.finished_at
                """)
        .bind("tenants", array(rows, it -> it.document.tenantId(), UUID[]::new))
        .bind("bases", array(rows, it -> it.document.knowledgeBaseId(), UUID[]::new))
        .bind("ids", array(rows, it -> it.document.documentId(), UUID[]::new))
        .bind("revisions", array(rows, it -> it.row.revision(), Long[]::new))
        .bind("attempts", array(rows, it -> it.row.attempt(), Integer[]::new))
        .bind("kinds", array(rows, it -> it.row.kind(), String[]::new))
        .bind("states", array(rows, it -> it.row.state(), String[]::new))
        .bind("counts", array(rows, it -> orElse(it.row.chunkCount(), -1), Integer[]::new))
        .bind("equals", array(rows, it -> orElse(it.row.equalsRevision(), -1L), Long[]::new))
        .bind("errorStages", array(rows, it -> stageOf(it.row.error()), String[]::new))
        .bind("errorCodes", array(rows, it -> codeOf(it.row.error()), String[]::new))
        .bind("errorMessages", array(rows, it -> messageOf(it.row.error()), String[]::new))
        .bind("times",
            array(rows, it -> orElse(it.row.finishedAt(), Instant.EPOCH).atOffset(ZoneOffset.UTC),
                OffsetDateTime[]::new))
        .fetch().rowsUpdated().then();
  }

  private Mono<Void> writeDocuments(List<DocumentStanding> rows) {
    return client
        .sql(
            """
                update documents d
                   set newest_revision = w.newest_revision, newest_attempt = w.newest_attempt, processing_status = w.status,
                       stage = nullif(w.stage, ''), error_stage = nullif(w.error_stage, ''), error_code = nullif(w.error_code, ''),
                       error_message = nullif(w.error_message, ''), last_revision = greatest(d.last_revision, w.newest_revision),
                       updated_at = now()
                  from unnest(:ids::uuid[], :revisions::bigint[], :attempts::int[], :states::text[], :stages::text[],
                              :errorStages::text[], :errorCodes::text[], :errorMessages::text[])
                    as w(id, newest_revision, newest_attempt, status, stage, error_stage, error_code, error_message)
                 where d.id = w.id
                """)
        .bind("ids", array(rows, DocumentStanding::documentId, UUID[]::new))
        .bind("revisions", array(rows, DocumentStanding::newestRevision, Long[]::new))
        .bind("attempts", array(rows, DocumentStanding::newestAttempt, Integer[]::new))
        .bind("states", array(rows, DocumentStanding::status, String[]::new))
        .bind("stages", array(rows, it -> orElse(it.stage(), ""), String[]::new))
        .bind("errorStages", array(rows, it -> stageOf(it.error()), String[]::new))
        .bind("errorCodes", array(rows, it -> codeOf(it.error()), String[]::new))
        .bind("errorMessages", array(rows, it -> messageOf(it.error()), String[]::new)).fetch().rowsUpdated().then();
  }

  /** What failed versions have left behind is orphaned, unless the version is live in another generation. */
  private Mono<Void> purgeFailed(List<DocumentStanding> documents) {
    var intents = new HashSet<Purge>();
    documents.forEach(document -> document.failedRevisions()
        .forEach(row -> intents.add(new Purge(document.tenantId(), document.knowledgeBaseId(), document.documentId(),
            null, new Purge.Limit.Only(row.revision(), row.attempt())))));
    return purges.add(intents);
  }

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

  private static DocumentStanding standing(Readable row) {
    return new DocumentStanding(Columns.uuid(row, "tenant_id"), Columns.uuid(row, "knowledge_base_id"),
        Columns.uuid(row, "id"), Columns.integer(row, "live_generation"), Columns.bigint(row, "newest_revision"),
        Columns.integer(row, "newest_attempt"), Columns.text(row, "processing_status"), row.get("stage", String.class),
        failure(row));
  }

  private static RevisionRow revision(Readable row) {
    var finished = row.get("finished_at", OffsetDateTime.class);
    return new RevisionRow(Columns.uuid(row, "document_id"), Columns.bigint(row, "revision"),
        Columns.integer(row, "attempt"), Columns.text(row, "kind"), Columns.text(row, "state"),
        row.get("chunk_count", Integer.class), row.get("equals_revision", Long.class), failure(row),
        finished == null ? null : finished.toInstant(), null);
  }

  private static @Nullable Failure failure(Readable row) {
    var code = row.get("error_code", String.class);
    return code == null
        ? null
        : new Failure(orElse(row.get("error_stage", String.class), ""), code,
            orElse(row.get("error_message", String.class), ""));
  }

  private static String stageOf(@Nullable Failure failure) {
    return failure == null ? "" : failure.getStage();
  }

  private static String codeOf(@Nullable Failure failure) {
    return failure == null ? "" : failure.getCode();
  }

  private static String messageOf(@Nullable Failure failure) {
    return failure == null ? "" : failure.getMessage();
  }

  private static <T> T orElse(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  private static <S, T> T[] array(List<S> rows, Function<S, T> column, IntFunction<T[]> maker) {
    return rows.stream().map(column).toArray(maker);
  }
}
