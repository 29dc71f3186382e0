package io.selfrag.catalog.audit;

import static io.selfrag.catalog.RequiredColumn.required;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The table of the audit log. */
public final class AuditLog {
  private static final int SWEPT_AT_ONCE = 1000;
  /** Further than this nobody counts, nor skips: a place in the list is the way on. */
  public static final int COUNTED = 10_000;
  /** So many records one call looks at for those that are meant; where it ended the next goes on. */
  public static final int LOOKED_AT = 50_000;

  private static final String COLUMNS = """
      select id, record_id, at, tenant_id, actor_kind, actor_id, actor_name, action, target::text as target, status, code,
             address, request_id, denied
        from\s""";
  /** What came only after it was sought was not there. A document of the same tenant that was deleted is not, either. */
  private static final String THERE = """
      select s.place
        from unnest(:tenants::uuid[], :ids::uuid[], :ats::timestamptz[], :codes::text[])
               with ordinality as s (tenant, id, at, code, place)
       where exists (
          select 1 from documents d
           where d.id = s.id and d.created_at < s.at
             and (d.tenant_id <> s.tenant or s.code = 'DOC_NOT_FOUND' and exists (
                select 1 from document_revisions u
                 where u.document_id = d.id and u.kind = 'upsert' and u.revision > d.deleted_revision
                   and u.accepted_at < s.at) and exists (
                select 1 from knowledge_bases b where b.id = d.knowledge_base_id and b.status <> 'deleting')))
          or exists (select 1 from conversations c where c.id = s.id and c.created_at < s.at
                                                   and (c.tenant_id <> s.tenant or s.code = 'CONVERSATION_NOT_FOUND'))
          or exists (select 1 from knowledge_bases k where k.id = s.id and k.tenant_id <> s.tenant)
          or exists (select 1 from api_keys a where a.id = s.id and a.tenant_id <> s.tenant)
          or exists (select 1 from ingest_jobs j where j.id = s.id and j.tenant_id <> s.tenant)
          or exists (select 1 from reindex_jobs r where r.id = s.id and r.tenant_id <> s.tenant)
      """;
  private static final String ORDER = " order by at desc, id desc limit :limit offset :offset";

  private final DatabaseClient client;

  public AuditLog(CatalogDatabase database) {
    this.client = database.client();
  }

  /** A record with its place in the log. */
  public record Entry(long id, AuditRecord record) {}

  /**
   * Part of the log.
   *
   * @param total how many there are in all, counted up to {@link #COUNTED} among the newest {@link #LOOKED_AT}
   * @param more whether there may be more than that
   * @param next the place at which the list goes on, also if this part is not full or empty; null at its end
   */
  public record Found(List<Entry> items, long total, boolean more, @Nullable AuditPlace next) {
    public Found {
      items = List.copyOf(items);
    }
  }

  /** Adds records, all or none, in one statement; those that stand there already stay as they are. */
  public Mono<Void> append(List<AuditRecord> records) {
    return client
        .sql(
            """
                insert into audit_log (record_id, at, tenant_id, actor_kind, actor_id, actor_name, action, target, status, code, address,
                                       request_id, denied)
                select record::uuid, at::timestamptz, tenant::uuid, kind, actor::uuid, name, action, target::jsonb, status::integer, code,
                       address, request, denied
                  from unnest(:records::text[], :ats::text[], :tenants::text[], :kinds::text[], :actors::text[], :names::text[], :actions::text[],
                              :targets::text[], :statuses::text[], :codes::text[], :addresses::text[], :requests::text[], :denials::boolean[])
                    as r (record, at, tenant, kind, actor, name, action, target, status, code, address, request, denied)
                on conflict (record_id) do nothing
                """)
        .bind("records", column(records, AuditRecord::recordId)).bind("ats", column(records, AuditRecord::at))
        .bind("tenants", column(records, AuditRecord::tenantId))
        .bind("kinds", column(records, it -> it.actor().wireName()))
        .bind("actors", column(records, AuditRecord::actorId)).bind("names", column(records, AuditRecord::actorName))
        .bind("actions", column(records, AuditRecord::action)).bind("targets", column(records, AuditRecord::target))
        .bind("statuses", column(records, AuditRecord::status)).bind("codes", column(records, AuditRecord::code))
        .bind("addresses", column(records, AuditRecord::address))
        .bind("requests", column(records, AuditRecord::requestId))
        .bind("denials", records.stream().map(AuditRecord::denied).toArray(Boolean[]::new)).fetch().rowsUpdated().then()
        .onErrorMap(StoreFailures::translate);
  }

  private static @Nullable String[] column(List<AuditRecord> records, Function<AuditRecord, @Nullable Object> field) {
    var column = new @Nullable String[records.size()];
    for (int i = 0; i < column.length; i++) {
      var value = field.apply(records.get(i));
      column[i] = value == null ? null : value.toString();
    }
    return column;
  }

  /**
   * Those of the ids that were there for somebody else when they were sought: another tenant's, or a document or conversation of
   * the same tenant that was not shown. One look into an index for each kind of thing.
   */
  public Flux<Sought> there(List<Sought> sought) {
    return client.sql(THERE).bind("tenants", sought.stream().map(Sought::tenantId).toArray(UUID[]::new))
        .bind("ids", sought.stream().map(Sought::id).toArray(UUID[]::new))
        .bind("ats", sought.stream().map(it -> it.at().atOffset(ZoneOffset.UTC)).toArray(OffsetDateTime[]::new))
        .bind("codes", sought.stream().map(Sought::code).toArray(String[]::new))
        .map(row -> sought.get((int) (required(row, "place", Long.class) - 1)))
        .all().onErrorMap(StoreFailures::translate);
  }

  /**
   * A page, newest first.
   *
   * @param after the place that the page before ended at; null: from the newest
   * @param skipped how many are left out from there, less than {@link #COUNTED}
   */
  public Mono<Found> list(AuditQuery query, @Nullable AuditPlace after, int skipped, int pageSize) {
    return isTargetFrequent(query)
        .flatMap(frequent -> list(new AuditFilterSql(query, frequent), after, skipped, pageSize));
  }

  /** Counts no further than one call looks. */
  private Mono<Boolean> isTargetFrequent(AuditQuery query) {
    var target = query.target();
    return target == null || query.requestId() != null
        ? Mono.just(false)
        : client
            .sql("select count(*) > :looked as frequent from (select 1 from audit_log where " + AuditFilterSql.TARGET
                + " limit :looked + 1) as found")
            .bind("target", AuditFilterSql.path(target)).bind("looked", LOOKED_AT)
            .map(row -> required(row, "frequent", Boolean.class)).one().onErrorMap(StoreFailures::translate);
  }

  private Mono<Found> list(AuditFilterSql filter, @Nullable AuditPlace after, int skipped, int pageSize) {
    var items = filter.bind(client.sql(COLUMNS + filter.looked(after) + filter.judged() + ORDER), after, true)
        .bind("limit", pageSize + 1).bind("offset", skipped).map(AuditLog::toEntry).all().collectList();
    var counted = filter.bind(client.sql("select count(*) as n from (select 1 from " + filter.looked(null)
        + filter.judged() + " limit :limit) as found"), null, true).bind("limit", COUNTED + 1)
        .map(row -> required(row, "n", Long.class)).one();
    return Mono.zip(items, counted, last(filter, after), last(filter, null)).map(it -> {
      var found = it.getT1();
      boolean full = found.size() > pageSize;
      var page = full ? found.subList(0, pageSize) : found;
      return new Found(page, Math.min(it.getT2(), COUNTED), it.getT2() > COUNTED || it.getT4().isPresent(),
          full ? AuditPlace.of(page.getLast()) : it.getT3().orElse(null));
    }).onErrorMap(StoreFailures::translate);
  }

  /** Where looking ended before the log did. If all are meant, it is not ended by looking. */
  private Mono<Optional<AuditPlace>> last(AuditFilterSql filter, @Nullable AuditPlace after) {
    return filter.meansAll()
        ? Mono.just(Optional.empty())
        : filter.bind(client.sql(filter.last(after)), after, false)
            .map(row -> new AuditPlace(required(row, "at", OffsetDateTime.class).toInstant(),
                required(row, "id", Long.class)))
            .one().map(Optional::of).defaultIfEmpty(Optional.empty());
  }

  /** Removes what is older, in statements that are each short; says how many records went. */
  public Mono<Long> removeOlderThan(Duration age) {
    var slice = client.sql("""
        delete from audit_log where id in (
          select id from audit_log where at < now() - make_interval(secs => :age) order by at limit :slice
             for update skip locked)
        """).bind("age", (double) age.toSeconds()).bind("slice", SWEPT_AT_ONCE).fetch().rowsUpdated();
    return slice.expand(gone -> gone < SWEPT_AT_ONCE ? Mono.empty() : slice).reduce(0L, Long::sum)
        .onErrorMap(StoreFailures::translate);
  }

  private static Entry toEntry(Readable row) {
    return new Entry(required(row, "id", Long.class),
        new AuditRecord(required(row, "record_id", UUID.class), required(row, "at", OffsetDateTime.class).toInstant(),
            row.get("tenant_id", UUID.class),
            AuditRecord.Actor.of(required(row, "actor_kind", String.class)), row.get("actor_id", UUID.class),
            row.get("actor_name", String.class), required(row, "action", String.class),
            required(row, "target", String.class),
            required(row, "status", Integer.class), row.get("code", String.class), row.get("address", String.class),
            required(row, "request_id", String.class), required(row, "denied", Boolean.class)));
  }
}
