package io.selfrag.catalog.reconcile;

import static io.selfrag.catalog.RequiredColumn.required;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.catalog.reconcile.Reconciliation.Mode;
import io.selfrag.catalog.reconcile.Reconciliation.Phase;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The table of what was asked for. One worker at a time has one, for as long as its lease; it may be taken over from any page. */
public final class Reconciliations {
  private static final int KEPT_FINDINGS = 100;
  private static final TypeReference<List<Finding>> FINDINGS = new TypeReference<>() {
  };
  private static final String COLUMNS = """
       id, mode, tenant_id, state, phase, after_collection, after_tenant, after_base, after_id, documents, chunks, missing,
       wrong, stale, orphaned, unvectored, miscounted, violations, repaired, findings::text as findings, error, requested_by,
       created_at, started_at, updated_at, finished_at
      """;

  private final DatabaseClient client;
  private final JsonMapper json = JsonMapper.shared();

  public Reconciliations(CatalogDatabase database) {
    this.client = database.client();
  }

  /** Asks for one. */
  public Mono<Reconciliation> request(UUID id, Mode mode, @Nullable UUID tenantId, String requestedBy) {
    var statement = client.sql("""
        insert into reconciliations (id, mode, tenant_id, requested_by) values (:id, :mode, :tenant, :by) returning
        """ + COLUMNS).bind("id", id).bind("mode", wireName(mode)).bind("by", requestedBy);
    statement = tenantId == null ? statement.bindNull("tenant", UUID.class) : statement.bind("tenant", tenantId);
    return statement.map(this::read).one().onErrorMap(StoreFailures::translate);
  }

  /** Empty if there is none. */
  public Mono<Reconciliation> find(UUID id) {
    return client.sql("select" + COLUMNS + "from reconciliations where id = :id").bind("id", id).map(this::read).one()
        .onErrorMap(StoreFailures::translate);
  }

  /** Takes the oldest that is not done for as long as the lease; empty if there is none or others have it. */
  public Mono<Reconciliation> claim(Duration lease) {
    return client.sql("""
        update reconciliations
           set state = 'running', started_at = coalesce(started_at, now()),
               leased_until = now() + make_interval(secs => :lease)
         where id = (select id from reconciliations
                      where state in ('waiting', 'running') and leased_until <= now() order by created_at, id limit 1
                        for update skip locked)
        returning
        """ + COLUMNS).bind("lease", lease.toMillis() / 1000.0).map(this::read).one()
        .onErrorMap(StoreFailures::translate);
  }

  /** The tenant after the given one in the order of ids, if it is the wanted one or all are wanted; empty at the end. */
  public Mono<UUID> tenantAfter(UUID tenant, @Nullable UUID only) {
    var statement = client.sql("select id from tenants where id > :after" + (only == null ? "" : " and id = :only")
        + " order by id limit 1").bind("after", tenant);
    return (only == null ? statement : statement.bind("only", only)).map(row -> required(row, "id", UUID.class)).one()
        .onErrorMap(StoreFailures::translate);
  }

  /** Those of the tenants that there are. */
  public Mono<List<UUID>> tenantsAmong(Collection<UUID> ids) {
    return client.sql("select id from tenants where id = any(:ids)").bind("ids", ids.toArray(UUID[]::new))
        .map(row -> required(row, "id", UUID.class)).all().collectList().onErrorMap(StoreFailures::translate);
  }

  /** A page is done; gives it back to whoever goes on. The same page counts once: it must still stand where it was claimed. */
  public Mono<Void> advance(Reconciliation claimed, Phase phase, Place place, Tally found, List<Finding> findings) {
    return bind(
        """
            update reconciliations
               set phase = :phase, after_collection = :collection, after_tenant = :tenant, after_base = :base, after_id = :after,
            """,
        claimed, found, findings).bind("phase", wireName(phase)).bind("collection", place.collection())
        .bind("tenant", place.tenantId()).bind("base", place.knowledgeBaseId()).bind("after", place.id()).fetch()
        .rowsUpdated().then().onErrorMap(StoreFailures::translate);
  }

  /** Everything was gone through. */
  public Mono<Void> done(Reconciliation claimed, Tally found, List<Finding> findings) {
    return bind("update reconciliations set state = 'done', finished_at = now(),\n", claimed, found, findings).fetch()
        .rowsUpdated().then().onErrorMap(StoreFailures::translate);
  }

  /** It cannot go on. */
  public Mono<Void> failed(Reconciliation claimed, String error) {
    return bind("update reconciliations set state = 'failed', finished_at = now(), error = :error,\n", claimed,
        Tally.NONE, List.of()).bind("error", error).fetch().rowsUpdated().then()
        .onErrorMap(StoreFailures::translate);
  }

  /** Gives it back undone. */
  public Mono<Void> release(Reconciliation claimed) {
    return client.sql("update reconciliations set leased_until = '-infinity' where id = :id and state = 'running'")
        .bind("id", claimed.id()).fetch().rowsUpdated().then().onErrorMap(StoreFailures::translate);
  }

  private DatabaseClient.GenericExecuteSpec bind(String sql, Reconciliation claimed, Tally found,
      List<Finding> findings) {
    var room = Math.max(0, KEPT_FINDINGS - claimed.findings().size());
    var kept = findings.subList(0, Math.min(room, findings.size()));
    var was = claimed.place();
    return client.sql(sql + """
               documents = documents + :documents, chunks = chunks + :chunks, missing = missing + :missing,
               wrong = wrong + :wrong, stale = stale + :stale, orphaned = orphaned + :orphaned,
               unvectored = unvectored + :unvectored, miscounted = miscounted + :miscounted,
               violations = violations + :violations, repaired = repaired + :repaired,
               findings = findings || :findings::jsonb, updated_at = now(), leased_until = '-infinity'
         where id = :id and state = 'running' and phase = :wasPhase and after_collection = :wasCollection
           and after_tenant = :wasTenant and after_base = :wasBase and after_id = :wasId
        """).bind("documents", found.documents()).bind("chunks", found.chunks()).bind("missing", found.missing())
        .bind("wrong", found.wrong()).bind("stale", found.stale()).bind("orphaned", found.orphaned())
        .bind("unvectored", found.unvectored()).bind("miscounted", found.miscounted())
        .bind("violations", found.violations()).bind("repaired", found.repaired())
        .bind("findings", json.writeValueAsString(kept)).bind("id", claimed.id())
        .bind("wasPhase", wireName(claimed.phase())).bind("wasCollection", was.collection())
        .bind("wasTenant", was.tenantId()).bind("wasBase", was.knowledgeBaseId()).bind("wasId", was.id());
  }

  private Reconciliation read(Readable row) {
    var started = row.get("started_at", OffsetDateTime.class);
    var finished = row.get("finished_at", OffsetDateTime.class);
    return new Reconciliation(required(row, "id", UUID.class), Mode.valueOf(enumName(row, "mode")),
        row.get("tenant_id", UUID.class), required(row, "state", String.class), Phase.valueOf(enumName(row, "phase")),
        new Place(required(row, "after_collection", String.class), required(row, "after_tenant", UUID.class),
            required(row, "after_base", UUID.class), required(row, "after_id", UUID.class)),
        tally(row), json.readValue(required(row, "findings", String.class), FINDINGS), row.get("error", String.class),
        required(row, "requested_by", String.class), instant(row, "created_at"),
        started == null ? null : started.toInstant(), instant(row, "updated_at"),
        finished == null ? null : finished.toInstant());
  }

  private static Tally tally(Readable row) {
    return new Tally(count(row, "documents"), count(row, "chunks"), count(row, "missing"), count(row, "wrong"),
        count(row, "stale"), count(row, "orphaned"), count(row, "unvectored"), count(row, "miscounted"),
        count(row, "violations"), count(row, "repaired"));
  }

  private static String wireName(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String enumName(Readable row, String column) {
    return required(row, column, String.class).toUpperCase(Locale.ROOT);
  }

  private static long count(Readable row, String column) {
    return required(row, column, Long.class);
  }

  private static Instant instant(Readable row, String column) {
    return required(row, column, OffsetDateTime.class).toInstant();
  }
}
