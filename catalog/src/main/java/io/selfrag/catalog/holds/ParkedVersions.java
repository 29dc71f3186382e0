package io.selfrag.catalog.holds;

import static io.selfrag.catalog.RequiredColumn.required;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.catalog.intake.DocumentChanges;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import java.util.Map;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Versions that are held back. They leave the topic, so that they hold up nobody behind them, and come back to it through the
 * outbox. While a revision is parked it has no deadline, and is not counted as late.
 */
public final class ParkedVersions {
  /** A header of versions that are not held back again: their document has moved on, and the pipeline ends them. */
  public static final String RELEASED = "selfrag-released";
  /** The outbox has other work, which must not wait behind thousands of versions. */
  private static final int MOST_IN_OUTBOX = 500;
  private static final String HELD = """
      exists (select 1 from bulk_holds h where h.tenant_id = p.tenant_id and (h.job_id is null or h.job_id = p.job_id))
      """;
  private final CatalogDatabase database;
  private final DatabaseClient client;
  private final DocumentChanges documents;
  private final String topic;
  private final JsonMapper json = JsonMapper.shared();

  public ParkedVersions(CatalogDatabase database, DocumentChanges documents, TopicNames topics) {
    this.database = database;
    this.client = database.client();
    this.documents = documents;
    this.topic = topics.of(PipelineTopic.VERSIONS, Lane.BULK);
  }

  /** Keeps it. Once however often it is said. */
  public Mono<Void> park(ParkedVersion it) {
    var statement = client
        .sql(
            """
                insert into parked_versions (document_id, revision, attempt, digest, tenant_id, job_id, value, headers)
                values (:document, :revision, :attempt, md5(:value), :tenant, :job, :value, :headers::jsonb) on conflict do nothing
                """)
        .bind("document", it.documentId()).bind("revision", it.revision()).bind("attempt", it.attempt())
        .bind("value", it.value()).bind("tenant", it.tenantId())
        .bind("headers", json.writeValueAsString(it.headers()).replace("\\u0000", "\\ufffd"));
    var job = it.jobId();
    var parked = (job == null ? statement.bindNull("job", UUID.class) : statement.bind("job", job)).fetch()
        .rowsUpdated();
    var untimed = client.sql("""
        update document_revisions set deadline_at = 'infinity'
         where document_id = :document and revision = :revision and state in ('accepting', 'pending', 'processing')
        """).bind("document", it.documentId()).bind("revision", it.revision()).fetch().rowsUpdated();
    return database.inTransaction(parked.then(untimed).then());
  }

  /** Sends a slice of those back that nothing holds any more; returns how many. */
  public Mono<Long> release(int limit) {
    return room().flatMap(room -> sendBack("not " + HELD, "'{}'::jsonb", Math.min(room, limit)));
  }

  /**
   * Goes on with the cancellations: interrupts a slice of the documents that are still open, forgets versions of those that have
   * ended, and ends the cancellations of which nothing is left.
   *
   * @return how many documents were interrupted
   */
  public Mono<Long> cancel(int limit) {
    return interruptable(limit)
        .concatMap(it -> documents.interrupt(it.tenantId(), it.documentId(), null, Map.of()).thenReturn(1L)
            .onErrorResume(SelfRagException.class, ParkedVersions::movedOn))
        .reduce(0L, Long::sum).flatMap(interrupted -> forget().then(passOvertaken(limit)).then(settle())
            .thenReturn(interrupted));
  }

  private record OpenDocument(UUID tenantId, UUID documentId) {}

  private static Mono<Long> movedOn(SelfRagException failure) {
    return failure.code() == ErrorCode.INVALID_STATUS || failure.code() == ErrorCode.DOC_NOT_FOUND
        ? Mono.just(0L)
        : Mono.error(failure);
  }

  /** Open revisions that are their document's newest; the sink ends those below an interrupt with it. */
  private Flux<OpenDocument> interruptable(int limit) {
    return client.sql("""
        select distinct r.tenant_id, r.document_id
          from bulk_holds h
          join document_revisions r on r.tenant_id = h.tenant_id and r.lane = 'bulk' and r.kind = 'upsert'
               and r.state in ('accepting', 'pending', 'processing')
               and (h.job_id = r.job_id or h.job_id is null and r.accepted_at <= h.cancelled_at)
         where h.cancelled_at is not null
           and not exists (select 1 from document_revisions n where n.document_id = r.document_id
                              and n.revision > r.revision and n.kind in ('upsert', 'interrupt', 'delete'))
         limit :limit
        """).bind("limit", limit)
        .map(row -> new OpenDocument(required(row, "tenant_id", UUID.class), required(row, "document_id", UUID.class)))
        .all().onErrorMap(StoreFailures::translate);
  }

  /** A version whose revision an interrupt or a delete ends needs nothing any more. */
  private Mono<Long> forget() {
    return client.sql("""
        delete from parked_versions p using bulk_holds h
         where h.tenant_id = p.tenant_id and (h.job_id is null or h.job_id = p.job_id) and h.cancelled_at is not null
           and exists (select 1 from document_revisions n where n.document_id = p.document_id
                          and n.revision > p.revision and n.kind in ('interrupt', 'delete'))
        """).fetch().rowsUpdated().onErrorMap(StoreFailures::translate);
  }

  /** What a newer upload has overtaken goes on: the pipeline ends it as superseded, or a failure of the newer one cannot. */
  private Mono<Long> passOvertaken(int limit) {
    return sendBack("""
        exists (select 1 from bulk_holds h where h.tenant_id = p.tenant_id and h.job_id = p.job_id
                   and h.cancelled_at is not null)
          and exists (select 1 from document_revisions n where n.document_id = p.document_id and n.revision > p.revision
                         and n.kind = 'upsert')
        """, "jsonb_build_object('" + RELEASED + "', 'overtaken')", limit);
  }

  private Mono<Long> settle() {
    var ended = client.sql("""
        delete from bulk_holds h
         where h.cancelled_at < clock_timestamp() - interval '5 seconds' and h.paused_at is null
           and not exists (select 1 from document_revisions r where r.tenant_id = h.tenant_id and r.lane = 'bulk'
                              and r.state in ('accepting', 'pending', 'processing')
                              and (h.job_id = r.job_id or h.job_id is null and r.accepted_at <= h.cancelled_at))
        """).fetch().rowsUpdated();
    var paused = client
        .sql(
            """
                update bulk_holds h set cancelled_at = null
                 where h.job_id is null and h.cancelled_at < clock_timestamp() - interval '5 seconds' and h.paused_at is not null
                   and not exists (select 1 from document_revisions r where r.tenant_id = h.tenant_id and r.lane = 'bulk'
                                      and r.state in ('accepting', 'pending', 'processing') and r.accepted_at <= h.cancelled_at)
                """)
        .fetch().rowsUpdated();
    return ended.then(paused).onErrorMap(StoreFailures::translate);
  }

  private Mono<Integer> room() {
    return client.sql("select :most - count(*)::integer as room from (select 1 from outbox limit :most) as waiting")
        .bind("most", MOST_IN_OUTBOX).map(row -> required(row, "room", Integer.class)).one()
        .onErrorMap(StoreFailures::translate);
  }

  private Mono<Long> sendBack(String which, String headers, int limit) {
    return limit <= 0
        ? Mono.just(0L)
        : client.sql("""
            with gone as (
              delete from parked_versions where (document_id, revision, attempt, digest) in (
                select p.document_id, p.revision, p.attempt, p.digest from parked_versions p where %s
                 order by p.parked_at limit :limit for update skip locked)
              returning *),
            timed as (
              update document_revisions r set deadline_at = now() + interval '6 hours' from gone g
               where r.document_id = g.document_id and r.revision = g.revision and r.deadline_at = 'infinity')
            insert into outbox (topic, record_key, value, headers)
            select :topic, document_id::text, value, headers || %s from gone order by parked_at
            """.formatted(which, headers)).bind("limit", limit).bind("topic", topic).fetch().rowsUpdated()
            .onErrorMap(StoreFailures::translate);
  }
}
