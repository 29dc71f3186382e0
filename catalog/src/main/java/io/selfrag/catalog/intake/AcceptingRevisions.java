package io.selfrag.catalog.intake;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Revisions whose send was never answered (S3). One is forgotten only after its command can no longer arrive unseen: first its
 * horizon is noted, the end of the commands; once order has passed that, the end of the timeline takes its place; and once the
 * projection has passed that too, it goes if it is still {@code accepting}. Every step may be done by several replicas at once.
 */
public final class AcceptingRevisions {
  private static final TypeReference<Map<String, Long>> OFFSETS = new TypeReference<>() {
  };

  private final CatalogDatabase database;
  private final DatabaseClient client;
  private final JsonMapper json = JsonMapper.shared();

  public AcceptingRevisions(CatalogDatabase database) {
    this.database = database;
    this.client = database.client();
  }

  /** Whose sends are over: accepted before this moment, by the database's clock. */
  public record Overdue(OffsetDateTime acceptedBefore) {}

  /** Revisions of one horizon: end offsets by {@code topic/partition}. */
  public record Horizon(Map<String, Long> endOffsets) {
    public Horizon {
      endOffsets = Map.copyOf(endOffsets);
    }
  }

  /** Empty if no revision without a horizon has waited that long. Take this before the end offsets are read. */
  public Mono<Overdue> overdue(Duration age) {
    return client.sql("""
        select now() - make_interval(secs => :seconds) as before
         where exists (select 1 from document_revisions
                        where state = 'accepting' and send_horizon is null
                          and accepted_at < now() - make_interval(secs => :seconds))
        """).bind("seconds", (double) age.toSeconds())
        .map(row -> new Overdue(Sql.need(row, "before", OffsetDateTime.class))).one()
        .onErrorMap(StoreFailures::translate);
  }

  /** Notes the horizon of those revisions. */
  public Mono<Long> note(Overdue overdue, Horizon horizon) {
    return client.sql("""
        update document_revisions set send_horizon = :horizon::jsonb
         where state = 'accepting' and send_horizon is null and accepted_at < :before
        """).bind("horizon", text(horizon))
        .bind("before", overdue.acceptedBefore()).fetch().rowsUpdated().onErrorMap(StoreFailures::translate);
  }

  /** The different horizons that are waited for. */
  public Flux<Horizon> horizons() {
    return client.sql("""
        select distinct send_horizon::text as horizon from document_revisions
         where state = 'accepting' and send_horizon is not null
        """).map(row -> new Horizon(json.readValue(Sql.need(row, "horizon", String.class), OFFSETS))).all()
        .onErrorMap(StoreFailures::translate);
  }

  /** Makes a horizon that was passed the next one, for those that wait for it. */
  public Mono<Long> advance(Horizon passed, Horizon next) {
    return client.sql("""
        update document_revisions set send_horizon = :next::jsonb
         where state = 'accepting' and send_horizon = :passed::jsonb
        """).bind("next", text(next)).bind("passed", text(passed)).fetch().rowsUpdated()
        .onErrorMap(StoreFailures::translate);
  }

  /**
   * Forgets the revisions of a horizon that order and projection have passed, with documents that have no other revision, and gives the
   * quota back.
   *
   * @return how many revisions went
   */
  public Mono<Long> forget(Horizon passed) {
    var horizon = text(passed);
    return client.sql("""
        select distinct document_id, tenant_id from document_revisions
         where state = 'accepting' and send_horizon = :horizon::jsonb
        """).bind("horizon", horizon)
        .map(row -> new Owned(Sql.need(row, "document_id", UUID.class), Sql.need(row, "tenant_id", UUID.class))).all()
        .concatMap(it -> database.inTransaction(forget(it, horizon)).retryWhen(Sql.LOST_RACES)).reduce(0L, Long::sum)
        .onErrorMap(StoreFailures::translate);
  }

  private record Owned(UUID documentId, UUID tenantId) {}

  private Mono<Long> forget(Owned document, String horizon) {
    var lock = client.sql("select 1 from documents where id = :id for update").bind("id", document.documentId()).fetch()
        .rowsUpdated();
    var remove = client.sql("""
        delete from document_revisions
         where document_id = :id and state = 'accepting' and send_horizon = :horizon::jsonb
        """).bind("id", document.documentId()).bind("horizon", horizon).fetch().rowsUpdated();
    // What is left of the document decides what the tenant is charged with: its newest content, or nothing.
    var settle = client.sql("""
        with newest as (
          select content_sha256, size_bytes from document_revisions
           where document_id = :id and kind = 'upsert' order by revision desc limit 1),
        gone as (
          delete from documents
           where id = :id and deleted_revision = 0
             and not exists (select 1 from document_revisions where document_id = :id)
          returning counted, size_bytes),
        kept as (
          update documents d set size_bytes = n.size_bytes, content_sha256 = n.content_sha256
            from newest n, documents o
           where d.id = :id and o.id = d.id and exists (select 1 from newest)
          returning d.counted, o.size_bytes - n.size_bytes as freed)
        update tenant_counters c
           set doc_count = greatest(c.doc_count - (select count(*) from gone where counted), 0),
               storage_bytes = greatest(c.storage_bytes
                 - coalesce((select sum(size_bytes) from gone where counted), 0)
                 - coalesce((select sum(freed) from kept where counted), 0), 0)
         where c.tenant_id = :tenant
        """).bind("id", document.documentId()).bind("tenant", document.tenantId()).fetch().rowsUpdated();
    return lock.then(remove).flatMap(removed -> removed == 0 ? Mono.just(0L) : settle.thenReturn(removed));
  }

  private String text(Horizon horizon) {
    return json.writeValueAsString(new TreeMap<>(horizon.endOffsets()));
  }
}
