package io.selfrag.catalog.audit;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Mono;

/** The table of the audit log. */
public final class AuditLog {
  private static final int SWEPT_AT_ONCE = 1000;
  private static final String CONDITION = """
       where (:tenant::uuid is null or tenant_id = :tenant::uuid)
         and (:actor::text is null or actor_kind = :actor::text or actor_name = :actor::text
           or actor_id::text = :actor::text)
         and (:action::text is null or starts_with(action, :action::text))
         and (:target::text is null or exists (select 1 from jsonb_each_text(target) t where t.value = :target::text))
         and (:status::integer is null or status = :status::integer) and (:code::text is null or code = :code::text)
         and (not :denied or status in (401, 403))
         and (:address::text is null or address = :address::text)
         and (:request::text is null or request_id = :request::text)
         and (:since::timestamptz is null or at >= :since::timestamptz)
         and (:until::timestamptz is null or at < :until::timestamptz)
      """;

  private final DatabaseClient client;

  public AuditLog(CatalogDatabase database) {
    this.client = database.client();
  }

  /** A record with its place in the log. */
  public record Entry(long id, AuditRecord record) {}

  /** Part of the log, and how many there are in all. */
  public record Found(List<Entry> items, long total) {
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
                                       request_id)
                select record::uuid, at::timestamptz, tenant::uuid, kind, actor::uuid, name, action, target::jsonb, status::integer, code,
                       address, request
                  from unnest(:records::text[], :ats::text[], :tenants::text[], :kinds::text[], :actors::text[], :names::text[], :actions::text[],
                              :targets::text[], :statuses::text[], :codes::text[], :addresses::text[], :requests::text[])
                    as r (record, at, tenant, kind, actor, name, action, target, status, code, address, request)
                on conflict (record_id) do nothing
                """)
        .bind("records", column(records, AuditRecord::recordId)).bind("ats", column(records, AuditRecord::at))
        .bind("tenants", column(records, AuditRecord::tenantId))
        .bind("kinds", column(records, it -> it.actor().wireName()))
        .bind("actors", column(records, AuditRecord::actorId)).bind("names", column(records, AuditRecord::actorName))
        .bind("actions", column(records, AuditRecord::action)).bind("targets", column(records, AuditRecord::target))
        .bind("statuses", column(records, AuditRecord::status)).bind("codes", column(records, AuditRecord::code))
        .bind("addresses", column(records, AuditRecord::address))
        .bind("requests", column(records, AuditRecord::requestId)).fetch().rowsUpdated().then()
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
   * A page, newest first.
   *
   * @param page from 1
   */
  public Mono<Found> list(AuditQuery query, int page, int pageSize) {
    var items = bind(client
        .sql(
            """
                select id, record_id, at, tenant_id, actor_kind, actor_id, actor_name, action, target::text as target, status, code,
                       address, request_id
                  from audit_log
                """
                + CONDITION + " order by at desc, id desc limit :limit offset :offset")
        .bind("limit", pageSize)
        .bind("offset", (page - 1L) * pageSize), query).map(AuditLog::toEntry).all().collectList();
    var total = bind(client.sql("select count(*) as n from audit_log" + CONDITION), query)
        .map(row -> need(row, "n", Long.class)).one();
    return items.zipWith(total, Found::new).onErrorMap(StoreFailures::translate);
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

  private static GenericExecuteSpec bind(GenericExecuteSpec statement, AuditQuery query) {
    var bound = bind(statement.bind("denied", query.denied()), "tenant", query.tenantId(), UUID.class);
    bound = bind(bound, "actor", query.actor(), String.class);
    bound = bind(bound, "action", query.action(), String.class);
    bound = bind(bound, "target", query.target(), String.class);
    bound = bind(bound, "status", query.status(), Integer.class);
    bound = bind(bound, "code", query.code(), String.class);
    bound = bind(bound, "address", query.address(), String.class);
    bound = bind(bound, "request", query.requestId(), String.class);
    bound = bind(bound, "since", time(query.since()), OffsetDateTime.class);
    return bind(bound, "until", time(query.until()), OffsetDateTime.class);
  }

  private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  private static <T> GenericExecuteSpec bind(GenericExecuteSpec statement, String name, @Nullable T value,
      Class<T> type) {
    return value == null ? statement.bindNull(name, type) : statement.bind(name, value);
  }

  private static Entry toEntry(Readable row) {
    return new Entry(need(row, "id", Long.class),
        new AuditRecord(need(row, "record_id", UUID.class), need(row, "at", OffsetDateTime.class).toInstant(),
            row.get("tenant_id", UUID.class),
            AuditRecord.Actor.of(need(row, "actor_kind", String.class)), row.get("actor_id", UUID.class),
            row.get("actor_name", String.class), need(row, "action", String.class), need(row, "target", String.class),
            need(row, "status", Integer.class), row.get("code", String.class), row.get("address", String.class),
            need(row, "request_id", String.class)));
  }

  private static <T> T need(Readable row, String column, Class<T> type) {
    return Objects.requireNonNull(row.get(column, type), column);
  }
}
