package io.selfrag.catalog.tenant;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.catalog.holds.BulkLane;
import io.selfrag.catalog.isolation.Migration;
import io.selfrag.catalog.isolation.Place;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** The table of tenants. A tenant being deleted is not found by any of this. */
public final class Tenants {
  private static final String SELECT = """
      select t.id, t.name, t.plan, t.status, t.isolation_strategy, t.quota_kb_count, t.quota_doc_count,
             t.quota_storage_mb, c.kb_count, c.doc_count, c.storage_bytes, t.created_at, t.updated_at, t.disabled_at,
             t.disabled_reason, t.read_place, h.paused_at as bulk_paused_at, h.cancelled_at as bulk_cancelled_at, %s
        from tenants t join tenant_counters c on c.tenant_id = t.id left join isolation_migrations m on m.tenant_id = t.id
             left join bulk_holds h on h.tenant_id = t.id and h.job_id is null
      """
      .formatted(Migration.COLUMNS);

  private final DatabaseClient client;

  public Tenants(CatalogDatabase database) {
    this.client = database.client();
  }

  /**
   * Creates a tenant and its counters; belongs into a transaction.
   *
   * @param tenant its id and what may be set; counters and times are ignored
   * @throws SelfRagException {@code TENANT_NAME_EXISTS}
   */
  public Mono<Tenant> insert(Tenant tenant) {
    return client
        .sql(
            """
                with added as (
                  insert into tenants (id, name, plan, isolation_strategy, read_place, quota_kb_count, quota_doc_count, quota_storage_mb)
                  values (:id, :name, :plan, :isolation, :place, :kbs, :docs, :storage) returning id)
                insert into tenant_counters (tenant_id) select id from added
                """)
        .bind("id", tenant.id()).bind("name", tenant.name()).bind("plan", tenant.plan())
        .bind("isolation", tenant.isolationStrategy()).bind("place", tenant.place().wireName())
        .bind("kbs", tenant.quotaKbCount()).bind("docs", tenant.quotaDocCount())
        .bind("storage", tenant.quotaStorageMb()).fetch().rowsUpdated()
        .then(Mono.defer(() -> find(tenant.id()))).onErrorMap(e -> failure(tenant.name(), e));
  }

  public Mono<Tenant> find(UUID id) {
    return client.sql(SELECT + " where t.id = :id and t.status <> 'deleting'").bind("id", id).map(Tenants::toTenant)
        .one()
        .onErrorMap(StoreFailures::translate);
  }

  /**
   * A page, newest first.
   *
   * @param status null: active and disabled ones
   * @param page from 1
   */
  public Mono<Page<Tenant>> list(@Nullable String status, int page, int pageSize) {
    var condition = " where t.status <> 'deleting' and (:status::text is null or t.status = :status::text)";
    var items = Sql.bind(
        client.sql(SELECT + condition + " order by t.created_at desc, t.id limit :limit offset :offset")
            .bind("limit", pageSize).bind("offset", (page - 1L) * pageSize),
        "status", status, String.class).map(Tenants::toTenant).all().collectList();
    var total = Sql.bind(client.sql("select count(*) as n from tenants t" + condition), "status", status, String.class)
        .map(row -> Sql.longNumber(row, "n")).one();
    return items.zipWith(total, Page::new).onErrorMap(StoreFailures::translate);
  }

  /**
   * Writes what an operator may change. Empty if the tenant is gone.
   *
   * @throws SelfRagException {@code TENANT_NAME_EXISTS}
   */
  public Mono<Tenant> update(Tenant tenant) {
    return client.sql("""
        update tenants set name = :name, plan = :plan, isolation_strategy = :isolation, quota_kb_count = :kbs,
               quota_doc_count = :docs, quota_storage_mb = :storage, updated_at = now()
         where id = :id and status <> 'deleting'
        """).bind("id", tenant.id()).bind("name", tenant.name()).bind("plan", tenant.plan())
        .bind("isolation", tenant.isolationStrategy()).bind("kbs", tenant.quotaKbCount())
        .bind("docs", tenant.quotaDocCount()).bind("storage", tenant.quotaStorageMb()).fetch().rowsUpdated()
        .then(Mono.defer(() -> find(tenant.id()))).onErrorMap(e -> failure(tenant.name(), e));
  }

  /** Disables an active tenant; false if it was not active. */
  public Mono<Boolean> disable(UUID id, @Nullable String reason) {
    return Sql.bind(client.sql("""
        update tenants set status = 'disabled', disabled_at = now(), disabled_reason = :reason, updated_at = now()
         where id = :id and status = 'active'
        """).bind("id", id), "reason", reason, String.class).fetch().rowsUpdated().map(rows -> rows > 0)
        .onErrorMap(StoreFailures::translate);
  }

  /** Enables a disabled tenant; false if it was not disabled. */
  public Mono<Boolean> enable(UUID id) {
    return client.sql("""
        update tenants set status = 'active', disabled_at = null, disabled_reason = null, updated_at = now()
         where id = :id and status = 'disabled'
        """).bind("id", id).fetch().rowsUpdated().map(rows -> rows > 0).onErrorMap(StoreFailures::translate);
  }

  /**
   * Makes the tenant unusable for good and records that everything of it must go (S13). Its keys are gone at once; its row
   * stays until the purge is done. False if there is none.
   */
  public Mono<Boolean> markDeleting(UUID id) {
    return client
        .sql("""
            update tenants set status = 'deleting', route_epoch = route_epoch + 1, updated_at = now()
             where id = :id and status <> 'deleting'
            """)
        .bind("id", id).fetch().rowsUpdated().flatMap(rows -> {
          if (rows == 0) {
            return Mono.just(false);
          }
          var keys = client.sql("delete from api_keys where tenant_id = :id").bind("id", id).fetch().rowsUpdated();
          var purge = client.sql("insert into purges (tenant_id) values (:id)").bind("id", id).fetch().rowsUpdated();
          return keys.then(purge).thenReturn(true);
        }).onErrorMap(StoreFailures::translate);
  }

  private static Throwable failure(String name, Throwable failure) {
    return failure instanceof DuplicateKeyException
        ? new SelfRagException(ErrorCode.TENANT_NAME_EXISTS, "there is a tenant with the name \"" + name + "\"",
            failure)
        : StoreFailures.translate(failure);
  }

  private static Tenant toTenant(Readable row) {
    return new Tenant(Sql.id(row, "id"), Sql.text(row, "name"), Sql.text(row, "plan"), Sql.text(row, "status"),
        Sql.text(row, "isolation_strategy"), Sql.number(row, "quota_kb_count"), Sql.number(row, "quota_doc_count"),
        Sql.number(row, "quota_storage_mb"), Sql.longNumber(row, "kb_count"), Sql.longNumber(row, "doc_count"),
        Sql.longNumber(row, "storage_bytes"), Sql.time(row, "created_at"), Sql.time(row, "updated_at"),
        Sql.timeOrNull(row, "disabled_at"), row.get("disabled_reason", String.class),
        Place.of(Sql.text(row, "read_place")), Migration.of(row),
        BulkLane.of(Sql.timeOrNull(row, "bulk_paused_at"), Sql.timeOrNull(row, "bulk_cancelled_at")));
  }
}
