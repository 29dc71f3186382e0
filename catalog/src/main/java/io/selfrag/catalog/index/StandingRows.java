package io.selfrag.catalog.index;

import io.r2dbc.spi.Readable;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.Failure;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Reads and writes what {@link DocumentStanding} is about. All inside one transaction. */
final class StandingRows {
  private final DatabaseClient client;

  StandingRows(DatabaseClient client) {
    this.client = client;
  }

  /** Locks documents, in the order of everyone. */
  Mono<Map<UUID, DocumentStanding>> lock(List<DocumentEvent> events) {
    var ids = events.stream().map(DocumentEvent::getDocumentId).distinct().toArray(UUID[]::new);
    return client.sql("select id from documents where id = any(:ids) order by id for no key update").bind("ids", ids)
        .map(row -> Columns.uuid(row, "id")).all().then(read(ids));
  }

  /** A statement of its own after the lock: whatever was joined to the lock would be as it was before the wait for it. */
  private Mono<Map<UUID, DocumentStanding>> read(UUID[] ids) {
    return client
        .sql(
            """
                select d.id, d.tenant_id, d.knowledge_base_id, d.newest_revision, d.newest_attempt, d.processing_status, d.stage,
                       d.error_stage, d.error_code, d.error_message, d.deleted_revision, d.interrupted_revision, k.live_generation,
                       g.live_revision, g.live_attempt, g.chunk_count
                  from documents d join knowledge_bases k on k.id = d.knowledge_base_id
                  left join document_generations g on g.document_id = d.id and g.generation = k.live_generation
                       and g.live_revision > d.deleted_revision
                 where d.id = any(:ids)
                """)
        .bind("ids", ids).map(row -> standing(row)).all()
        .collect(HashMap::new, (map, it) -> map.put(it.documentId(), it));
  }

  /** The revisions that events name, the newest ones, and those that unchanged ones equal; locked. */
  Mono<List<RevisionRow>> revisions(List<DocumentEvent> events, Collection<DocumentStanding> documents) {
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
        select document_id, revision, attempt, kind, state, chunk_count, equals_revision, error_stage, error_code,
               error_message, finished_at
          from document_revisions r
         where (r.document_id, r.revision) in (select * from wanted union select * from twins)
         order by r.document_id, r.revision for update of r
        """).bind("ids", ids.toArray(UUID[]::new)).bind("revisions", revisions.toArray(Long[]::new))
        .map(row -> revision(row)).all().collectList();
  }

  private record Owned(DocumentStanding document, RevisionRow row) {}

  /** Writes what has changed. */
  Mono<Void> write(List<DocumentStanding> documents) {
    var owned = documents.stream()
        .flatMap(document -> document.changedRevisions().stream().map(row -> new Owned(document, row))).toList();
    return writeRevisions(owned).then(takeContentOver(documents)).then(writeDocuments(documents));
  }

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
                   set attempt = excluded.attempt, kind = excluded.kind, state = excluded.state,
                       chunk_count = excluded.chunk_count, equals_revision = excluded.equals_revision,
                       error_stage = excluded.error_stage, error_code = excluded.error_code,
                       error_message = excluded.error_message, finished_at = excluded.finished_at,
                       -- Tried again: it has as long as the first try had.
                       deadline_at = case when excluded.attempt > document_revisions.attempt
                                          then greatest(document_revisions.deadline_at, now() + interval '6 hours')
                                          else document_revisions.deadline_at end
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
        .bind("errorStages", array(rows, it -> EventRows.stageOf(it.row.error()), String[]::new))
        .bind("errorCodes", array(rows, it -> EventRows.codeOf(it.row.error()), String[]::new))
        .bind("errorMessages", array(rows, it -> EventRows.messageOf(it.row.error()), String[]::new))
        .bind("times",
            array(rows, it -> orElse(it.row.finishedAt(), Instant.EPOCH).atOffset(ZoneOffset.UTC),
                OffsetDateTime[]::new))
        .fetch().rowsUpdated().then();
  }

  /** An interrupt that is tried again continues what it interrupted: the newest content below it. */
  private Mono<Void> takeContentOver(List<DocumentStanding> documents) {
    var resumed = documents.stream()
        .flatMap(document -> document.resumedRevisions().stream().map(row -> new Owned(document, row))).toList();
    if (resumed.isEmpty()) {
      return Mono.empty();
    }
    return client.sql("""
        update document_revisions r
           set content_sha256 = c.content_sha256, size_bytes = c.size_bytes, file_name = c.file_name,
               media_type = c.media_type, attributes = c.attributes, lane = c.lane, job_id = c.job_id
          from unnest(:ids::uuid[], :revisions::bigint[]) as w(id, revision)
         cross join lateral (select * from document_revisions u
                              where u.document_id = w.id and u.kind = 'upsert' and u.revision < w.revision
                              order by u.revision desc limit 1) c
         where r.document_id = w.id and r.revision = w.revision and r.content_sha256 is null
        """).bind("ids", array(resumed, it -> it.document.documentId(), UUID[]::new))
        .bind("revisions", array(resumed, it -> it.row.revision(), Long[]::new)).fetch().rowsUpdated().then();
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
        .bind("errorStages", array(rows, it -> EventRows.stageOf(it.error()), String[]::new))
        .bind("errorCodes", array(rows, it -> EventRows.codeOf(it.error()), String[]::new))
        .bind("errorMessages", array(rows, it -> EventRows.messageOf(it.error()), String[]::new)).fetch().rowsUpdated()
        .then();
  }

  private static DocumentStanding standing(Readable row) {
    var liveRevision = row.get("live_revision", Long.class);
    var live = liveRevision == null
        ? null
        : new Live(liveRevision, Columns.integer(row, "live_attempt"), Columns.integer(row, "chunk_count"));
    return new DocumentStanding(
        new DocumentStanding.Owner(Columns.uuid(row, "tenant_id"), Columns.uuid(row, "knowledge_base_id"),
            Columns.uuid(row, "id")),
        new DocumentStanding.Index(Columns.integer(row, "live_generation"), live,
            Columns.bigint(row, "deleted_revision"), Columns.bigint(row, "interrupted_revision")),
        Columns.bigint(row, "newest_revision"), Columns.integer(row, "newest_attempt"),
        Columns.text(row, "processing_status"), row.get("stage", String.class), failure(row));
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

  private static <T> T orElse(@Nullable T value, T otherwise) {
    return Objects.requireNonNullElse(value, otherwise);
  }

  private static <S, T> T[] array(List<S> rows, Function<S, T> column, IntFunction<T[]> maker) {
    return rows.stream().map(column).toArray(maker);
  }
}
