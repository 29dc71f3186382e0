package io.selfrag.catalog.intake;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Jobs: documents that came in with one request, and how far they are. */
public final class IngestJobs {
  private final DatabaseClient client;

  public IngestJobs(CatalogDatabase database) {
    this.client = database.client();
  }

  /** Opens a job that the request completes that opens it. Idempotent. */
  public Mono<Void> open(UUID id, UUID tenantId, UUID knowledgeBaseId) {
    return open(id, tenantId, knowledgeBaseId, false);
  }

  /** Opens a job that its client completes, after any number of requests. Idempotent. */
  public Mono<Void> openForClient(UUID id, UUID tenantId, UUID knowledgeBaseId) {
    return open(id, tenantId, knowledgeBaseId, true);
  }

  private Mono<Void> open(UUID id, UUID tenantId, UUID knowledgeBaseId, boolean completedByClient) {
    return client.sql("""
        insert into ingest_jobs (id, tenant_id, knowledge_base_id, completed_by_client)
        values (:id, :tenant, :kb, :client) on conflict do nothing
        """).bind("id", id).bind("tenant", tenantId).bind("kb", knowledgeBaseId).bind("client", completedByClient)
        .fetch().rowsUpdated().then().onErrorMap(StoreFailures::translate);
  }

  /** Says that the request that feeds the job is still there. */
  public Mono<Void> touch(UUID id) {
    return count(id, 0, 0);
  }

  /** Fails with {@code INVALID_STATUS} if it was cancelled: nothing more comes in with it. */
  public Mono<Void> requireNotCancelled(UUID id) {
    return client.sql("select 1 from ingest_jobs where id = :id and cancelled_at is not null").bind("id", id).fetch()
        .one().flatMap(_ -> Mono.<Void>error(
            new SelfRagException(ErrorCode.INVALID_STATUS, "the job was cancelled")))
        .onErrorMap(StoreFailures::translate);
  }

  /** Counts what was read. */
  public Mono<Void> count(UUID id, int received, int rejected) {
    return client.sql("""
        update ingest_jobs set received = received + :received, rejected = rejected + :rejected, updated_at = now()
         where id = :id
        """).bind("id", id).bind("received", (long) received).bind("rejected", (long) rejected).fetch().rowsUpdated()
        .then().onErrorMap(StoreFailures::translate);
  }

  /** Fails with {@code JOB_NOT_FOUND} unless the tenant has such a job of the knowledge base that still takes documents. */
  public Mono<Void> requireOpen(UUID tenantId, UUID knowledgeBaseId, UUID id) {
    return client.sql("""
        select 1 from ingest_jobs
         where id = :id and tenant_id = :tenant and knowledge_base_id = :kb and not complete
        """).bind("id", id).bind("tenant", tenantId).bind("kb", knowledgeBaseId).fetch().one()
        .switchIfEmpty(Mono.error(() -> SelfRagException.missing(ErrorCode.JOB_NOT_FOUND, "no such open job",
            List.of(id))))
        .then()
        .onErrorMap(StoreFailures::translate);
  }

  /**
   * Counts the stages of a job's documents and reads its first failures; some 10 µs a document.
   *
   * @param feeder who asks; it sees failures of what it may read or was the last to bring
   */
  public Mono<JobDetail> detail(UUID id, Feeder feeder) {
    var stages = client.sql("""
        select e.stage, count(distinct e.document_id) as documents
          from document_revisions r
          join document_events e on e.document_id = r.document_id and e.revision = r.revision
         where r.job_id = :id group by e.stage
        """).bind("id", id)
        .map(row -> Map.entry(Sql.need(row, "stage", String.class), Sql.number(row, "documents"))).all()
        .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    var failures = DocumentReads.feeder(client.sql("""
        select r.document_id, d.title, coalesce(r.error_stage, '') as stage, coalesce(r.error_code, '') as code,
               coalesce(r.error_message, '') as message
          from document_revisions r join documents d on d.id = r.document_id
         where r.job_id = :id and r.state = 'failed' and
        """ + DocumentReads.FEEDABLE + " order by d.title limit 20"), feeder).bind("id", id)
        .map(row -> new JobDetail.JobFailure(Sql.need(row, "document_id", UUID.class),
            Sql.need(row, "title", String.class), Sql.need(row, "stage", String.class),
            Sql.need(row, "code", String.class), Sql.need(row, "message", String.class)))
        .all().collectList();
    return stages.zipWith(failures, JobDetail::new).onErrorMap(StoreFailures::translate);
  }

  /**
   * Completes jobs of which nothing was heard for so long: who would have done it is gone.
   *
   * @param fed of jobs whose request says that it is still there ({@link #touch})
   * @param opened of jobs that a client completes, which says nothing between its uploads
   * @return how many
   */
  public Mono<Long> completeAbandoned(Duration fed, Duration opened) {
    return client.sql("""
        update ingest_jobs set complete = true, updated_at = now()
         where not complete
           and updated_at < now() - make_interval(secs => case when completed_by_client then :opened else :fed end)
        """).bind("fed", (double) fed.toSeconds()).bind("opened", (double) opened.toSeconds()).fetch().rowsUpdated()
        .onErrorMap(StoreFailures::translate);
  }

  /** Nothing more comes in with it. */
  public Mono<Void> complete(UUID id) {
    return client.sql("update ingest_jobs set complete = true, updated_at = now() where id = :id").bind("id", id)
        .fetch()
        .rowsUpdated().then().onErrorMap(StoreFailures::translate);
  }

  public Mono<JobView> find(UUID tenantId, UUID id) {
    return client.sql("""
        select j.knowledge_base_id, j.received, j.rejected, j.complete, j.cancelled_at is not null as cancelled,
               exists (select 1 from bulk_holds h where h.tenant_id = j.tenant_id and h.paused_at is not null
                         and (h.job_id is null or h.job_id = j.id)) as paused,
               j.created_at, j.updated_at, now() as now,
               r.state, count(r.document_id) as revisions,
               count(*) filter (where r.finished_at > now() - interval '60 seconds') as lately
          from ingest_jobs j
          join knowledge_bases kb on kb.id = j.knowledge_base_id and kb.status <> 'deleting'
          left join document_revisions r on r.job_id = j.id
         where j.id = :id and j.tenant_id = :tenant
         group by j.id, r.state
        """).bind("id", id).bind("tenant", tenantId).map(row -> {
      var states = new HashMap<String, Long>();
      var state = row.get("state", String.class);
      if (state != null) {
        states.put(state, Sql.number(row, "revisions"));
      }
      return new JobView(id, Sql.need(row, "knowledge_base_id", UUID.class), Sql.number(row, "received"),
          Sql.number(row, "rejected"), Sql.need(row, "complete", Boolean.class),
          Sql.need(row, "cancelled", Boolean.class), Sql.need(row, "paused", Boolean.class), states,
          Sql.number(row, "lately"),
          Objects.requireNonNull(Sql.instant(row, "created_at")),
          Objects.requireNonNull(Sql.instant(row, "updated_at")),
          Objects.requireNonNull(Sql.instant(row, "now")));
    }).all().reduce(IngestJobs::merge).onErrorMap(StoreFailures::translate);
  }

  private static JobView merge(JobView a, JobView b) {
    var states = new HashMap<>(a.states());
    states.putAll(b.states());
    return new JobView(a.id(), a.knowledgeBaseId(), a.received(), a.rejected(), a.complete(), a.cancelled(),
        a.paused(), states,
        a.finishedLately() + b.finishedLately(), a.createdAt(), a.updatedAt(), a.now());
  }
}
