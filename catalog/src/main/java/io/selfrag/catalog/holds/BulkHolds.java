package io.selfrag.catalog.holds;

import static io.selfrag.catalog.RequiredColumn.required;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Mono;

/**
 * Holds on jobs and on tenants' bulk lanes. A pause holds work back until it is resumed; a cancellation until all that was accepted
 * before it has ended. Every change may be repeated.
 */
public final class BulkHolds {
  private static final String OPEN = "state in ('accepting', 'pending', 'processing')";
  private static final String SAME_JOB = " job_id is not distinct from :job ";

  private final CatalogDatabase database;
  private final DatabaseClient client;

  public BulkHolds(CatalogDatabase database) {
    this.database = database;
    this.client = database.client();
  }

  /** Everything that is held back now; few. */
  public Mono<List<Hold>> all() {
    return client.sql("select tenant_id, job_id, paused_at, cancelled_at from bulk_holds order by tenant_id, job_id")
        .map(row -> new Hold(required(row, "tenant_id", UUID.class), row.get("job_id", UUID.class),
            instant(row, "paused_at"), instant(row, "cancelled_at")))
        .all().collectList().onErrorMap(StoreFailures::translate);
  }

  /** Whose job this is; {@code JOB_NOT_FOUND}. */
  public Mono<UUID> tenantOf(UUID jobId) {
    return client.sql("select tenant_id from ingest_jobs where id = :job").bind("job", jobId)
        .map(row -> required(row, "tenant_id", UUID.class)).one()
        .switchIfEmpty(Mono.error(() -> new SelfRagException(ErrorCode.JOB_NOT_FOUND, "no such job")))
        .onErrorMap(StoreFailures::translate);
  }

  /** Holds back what is not parsed yet, and what comes. {@code INVALID_STATUS} for a job that was cancelled. */
  public Mono<Void> pause(UUID tenantId, @Nullable UUID jobId) {
    return requireNotCancelled(jobId).then(bind(client.sql("""
        insert into bulk_holds as h (tenant_id, job_id, paused_at) values (:tenant, :job, now())
            on conflict %s do update set paused_at = coalesce(h.paused_at, now())
        """.formatted(arbiter(jobId))), tenantId, jobId).fetch().rowsUpdated().then())
        .onErrorMap(StoreFailures::translate);
  }

  /** Lets what was held back go on. */
  public Mono<Void> resume(UUID tenantId, @Nullable UUID jobId) {
    var ended = bind(client.sql("delete from bulk_holds where cancelled_at is null and tenant_id = :tenant and"
        + SAME_JOB), tenantId, jobId).fetch().rowsUpdated();
    var resumed = bind(client.sql("update bulk_holds set paused_at = null where tenant_id = :tenant and" + SAME_JOB),
        tenantId, jobId).fetch().rowsUpdated();
    return database.inTransaction(ended.then(resumed).then());
  }

  /** Ends what was accepted up to now and has not ended; of a job also what still comes. */
  public Mono<Void> cancel(UUID tenantId, @Nullable UUID jobId) {
    var hold = bind(client.sql("""
        insert into bulk_holds as h (tenant_id, job_id, cancelled_at) values (:tenant, :job, clock_timestamp())
            on conflict %s do update set cancelled_at = clock_timestamp()
        """.formatted(arbiter(jobId))), tenantId, jobId).fetch().rowsUpdated();
    var job = jobId == null
        ? Mono.<Long>empty()
        : client.sql("update ingest_jobs set cancelled_at = coalesce(cancelled_at, now()), complete = true,"
            + " updated_at = now() where id = :job").bind("job", jobId).fetch().rowsUpdated();
    return database.inTransaction(hold.then(job).then());
  }

  /** How it stands. */
  public Mono<HeldWork> standing(UUID tenantId, @Nullable UUID jobId) {
    var statement = client.sql(
        """
            select (select min(paused_at) from bulk_holds where tenant_id = :tenant and (job_id is null or %1$s)) as paused_at,
                   (select cancelled_at from bulk_holds where tenant_id = :tenant and %1$s) as cancelling_at,
                   (select cancelled_at from ingest_jobs where id = :job) as cancelled_at,
                   (select count(*) from document_revisions where tenant_id = :tenant and lane = 'bulk' and %2$s
                       and (:job::uuid is null or job_id = :job)) as open,
                   (select count(*) from parked_versions where tenant_id = :tenant
                       and (:job::uuid is null or job_id = :job)) as parked
            """
            .formatted(SAME_JOB, OPEN));
    return bind(statement, tenantId, jobId).map(row -> standing(row, tenantId, jobId)).one()
        .onErrorMap(StoreFailures::translate);
  }

  private static HeldWork standing(Readable row, UUID tenantId, @Nullable UUID jobId) {
    var cancelling = instant(row, "cancelling_at");
    var cancelled = instant(row, "cancelled_at");
    var paused = instant(row, "paused_at");
    var state = cancelling != null
        ? "cancelling"
        : cancelled != null ? "cancelled" : paused != null ? "paused" : "running";
    return new HeldWork(tenantId, jobId, state,
        cancelling != null ? cancelling : cancelled != null ? cancelled : paused,
        required(row, "open", Long.class), required(row, "parked", Long.class));
  }

  private Mono<Void> requireNotCancelled(@Nullable UUID jobId) {
    return jobId == null
        ? Mono.empty()
        : client.sql("select 1 from ingest_jobs where id = :job and cancelled_at is null").bind("job", jobId).fetch()
            .one().switchIfEmpty(Mono.error(
                () -> new SelfRagException(ErrorCode.INVALID_STATUS, "the job was cancelled")))
            .then();
  }

  private static String arbiter(@Nullable UUID jobId) {
    return jobId == null ? "(tenant_id) where job_id is null" : "(job_id) where job_id is not null";
  }

  private static GenericExecuteSpec bind(GenericExecuteSpec statement, UUID tenantId, @Nullable UUID jobId) {
    var bound = statement.bind("tenant", tenantId);
    return jobId == null ? bound.bindNull("job", UUID.class) : bound.bind("job", jobId);
  }

  private static @Nullable Instant instant(Readable row, String column) {
    var time = row.get(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
