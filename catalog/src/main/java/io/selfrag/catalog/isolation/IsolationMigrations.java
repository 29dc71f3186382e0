package io.selfrag.catalog.isolation;

import static io.selfrag.catalog.RequiredColumn.required;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.catalog.isolation.Migration.State;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The migrations of tenants' points from one place to the other (S26). The strategy is what is wanted; {@link #steer} turns the
 * route towards it. Whoever moves the points takes a step at a time and says what came of it; a step that was turned or taken by
 * another meanwhile changes nothing. All that changes a route raises the tenant's epoch under the lock of its row, which flips share.
 */
public final class IsolationMigrations {
  private final CatalogDatabase database;
  private final DatabaseClient client;

  public IsolationMigrations(CatalogDatabase database) {
    this.database = database;
    this.client = database.client();
  }

  /** The tenants whose points are not, and are not on their way to, where their strategy wants them. */
  public Flux<UUID> astray(long threshold) {
    return client.sql("""
        select t.id
          from tenants t
          left join isolation_migrations m on m.tenant_id = t.id
         where t.status <> 'deleting' and m.state is distinct from 'purging'
           and case when t.isolation_strategy <> 'auto'
                    then t.isolation_strategy <> coalesce(m.target, t.read_place)
                    else m.state is null and (
                      select case t.read_place when 'partition' then coalesce(sum(c.chunk_count), 0) >= :threshold
                                               else coalesce(sum(c.chunk_count), 0) < :threshold / 2.0 end
                        from knowledge_base_counters c where c.tenant_id = t.id) end
        """).bind("threshold", threshold).map(row -> required(row, "id", UUID.class)).all()
        .onErrorMap(StoreFailures::translate);
  }

  /**
   * Turns a tenant's route towards what its strategy wants, which may be to begin, to give up or to go back; true if that changed
   * anything. Joins the surrounding transaction, if there is one.
   *
   * @param threshold from how many points on {@code auto} gives a tenant collections of its own; {@code null} leaves {@code auto} alone
   */
  public Mono<Boolean> steer(UUID tenantId, @Nullable Long threshold) {
    return database.inTransaction(lock(tenantId).then(standing(tenantId, threshold))
        .flatMap(it -> turn(tenantId, Turn.of(it), it.read().other())).defaultIfEmpty(false));
  }

  private Mono<Boolean> turn(UUID tenantId, Turn turn, Place other) {
    return switch (turn) {
      case STAY -> Mono.just(false);
      case JUMP -> route(tenantId, other, null).thenReturn(true);
      case START -> route(tenantId, other.other(), other).then(client.sql("""
          insert into isolation_migrations (tenant_id, target, state) values (:tenant, :target, 'copying')
          """).bind("tenant", tenantId).bind("target", other.wireName()).fetch().rowsUpdated()).thenReturn(true);
      case GIVE_UP -> turned(tenantId, other.other(), State.SWITCHED);
      case GO_BACK -> turned(tenantId, other, State.COPYING);
    };
  }

  private Mono<Boolean> turned(UUID tenantId, Place target, State state) {
    return client
        .sql(
            """
                update isolation_migrations
                   set target = :target, state = :state, collection = null, cursor = null, pass = 0, total = 0, copied = 0, mended = 0,
                       claim = claim + 1, leased_until = now(), due_at = now(), updated_at = now()
                 where tenant_id = :tenant
                """)
        .bind("tenant", tenantId).bind("target", target.wireName()).bind("state", state.wireName()).fetch()
        .rowsUpdated().map(rows -> rows > 0);
  }

  /** Takes the next step of a migration that is due, for as long as the lease; empty if none is due. */
  public Mono<MigrationStep> claim(Duration lease) {
    return client.sql("""
        with mine as (
          select m.tenant_id from isolation_migrations m join tenants t on t.id = m.tenant_id and t.status <> 'deleting'
           where m.due_at <= now() and m.leased_until <= now() order by m.leased_until limit 1
             for update of m skip locked)
        update isolation_migrations m set claim = m.claim + 1, leased_until = now() + make_interval(secs => :lease)
          from tenants t where t.id = m.tenant_id and m.tenant_id in (select tenant_id from mine)
        returning m.tenant_id, t.read_place, m.target, m.state, m.collection, m.cursor, m.pass, m.mended, m.claim
        """).bind("lease", seconds(lease)).map(IsolationMigrations::step).one().onErrorMap(StoreFailures::translate);
  }

  /** Says how many points there are to copy. */
  public Mono<Void> counted(MigrationStep step, long total) {
    return client.sql("update isolation_migrations set total = :total where tenant_id = :tenant and claim = :claim")
        .bind("total", total).bind("tenant", step.tenantId()).bind("claim", step.claim()).fetch().rowsUpdated().then()
        .onErrorMap(StoreFailures::translate);
  }

  /**
   * Records that a page is done.
   *
   * @param cursor its last point; {@code null} if the collection is done
   * @param points of the page
   * @param mended how many of them were not the same in both places
   */
  public Mono<Boolean> advanced(MigrationStep step, String collection, @Nullable UUID cursor, long points,
      long mended) {
    var statement = progress(step, """
        collection = :collection, cursor = :cursor, mended = mended + :mended,
        copied = copied + case state when 'copying' then :points else 0 end
        """).bind("collection", collection).bind("points", points).bind("mended", mended);
    return done(cursor == null ? statement.bindNull("cursor", UUID.class) : statement.bind("cursor", cursor));
  }

  /** All is copied, or compared and not yet found to be the same: compares from the beginning. */
  public Mono<Boolean> compare(MigrationStep step) {
    return done(progress(step,
        """
            pass = case state when 'verifying' then pass + 1 else 0 end, state = 'verifying', collection = null, cursor = null,
            mended = 0
            """));
  }

  /** Lets queries look in the target. Both places are written until the time is over, for queries that began before. */
  public Mono<Boolean> switchOver(MigrationStep step, Duration linger) {
    return routed(step, step.target(), step.target().other(), progress(step,
        "state = 'switched', collection = null, cursor = null, pass = 0, due_at = now() + make_interval(secs => :after)")
        .bind("after", seconds(linger)));
  }

  /** Nobody needs the old place any more: it is written no longer. */
  public Mono<Boolean> leave(MigrationStep step) {
    return routed(step, step.target(), null, progress(step, "state = 'purging', pass = 0, due_at = now()"));
  }

  /** The old place is empty; a writer that was thought dead may have written once more until the time is over. */
  public Mono<Boolean> emptied(MigrationStep step, Duration again) {
    return done(progress(step, "pass = pass + 1, due_at = now() + make_interval(secs => :after)")
        .bind("after", seconds(again)));
  }

  /** The old place is empty for good. */
  public Mono<Boolean> finish(MigrationStep step) {
    return done(client.sql("delete from isolation_migrations where tenant_id = :tenant and claim = :claim")
        .bind("tenant", step.tenantId()).bind("claim", step.claim()));
  }

  /** Gives a step back undone. */
  public Mono<Void> release(MigrationStep step) {
    return client
        .sql("update isolation_migrations set leased_until = now() where tenant_id = :tenant and claim = :claim")
        .bind("tenant", step.tenantId()).bind("claim", step.claim()).fetch().rowsUpdated().then()
        .onErrorMap(StoreFailures::translate);
  }

  /** How long the migration that has stood still for longest has done so; zero if none does. */
  public Mono<Duration> standstill() {
    return client.sql("""
        select coalesce(extract(epoch from max(now() - greatest(updated_at, due_at))), 0)::float8 as seconds
          from isolation_migrations where due_at <= now()
        """).map(row -> Duration.ofMillis((long) (required(row, "seconds", Double.class) * 1000))).one()
        .onErrorMap(StoreFailures::translate);
  }

  /** Changes a migration and its tenant's route together, or neither. */
  private Mono<Boolean> routed(MigrationStep step, Place read, @Nullable Place other, GenericExecuteSpec progress) {
    return database.inTransaction(lock(step.tenantId()).then(done(progress)).flatMap(
        mine -> mine ? route(step.tenantId(), read, other).thenReturn(true) : Mono.just(false)));
  }

  /** Before the migration's row, as everyone does. */
  private Mono<Void> lock(UUID tenantId) {
    return client.sql("select id from tenants where id = :tenant for no key update").bind("tenant", tenantId).fetch()
        .rowsUpdated().then();
  }

  private Mono<Void> route(UUID tenantId, Place read, @Nullable Place other) {
    var statement = client.sql("""
        update tenants set read_place = :read, other_place = :other, route_epoch = route_epoch + 1 where id = :tenant
        """).bind("tenant", tenantId).bind("read", read.wireName());
    return (other == null ? statement.bindNull("other", String.class) : statement.bind("other", other.wireName()))
        .fetch().rowsUpdated().then();
  }

  private Mono<Turn.Standing> standing(UUID tenantId, @Nullable Long threshold) {
    return client
        .sql(
            """
                select t.isolation_strategy, t.read_place, m.state, m.target,
                       exists (select 1 from documents d where d.tenant_id = t.id) as has_documents,
                       (select coalesce(sum(c.chunk_count), 0) from knowledge_base_counters c where c.tenant_id = t.id)::bigint as points
                  from tenants t left join isolation_migrations m on m.tenant_id = t.id
                 where t.id = :tenant and t.status <> 'deleting'
                """)
        .bind("tenant", tenantId).map(row -> {
          var state = row.get("state", String.class);
          var target = row.get("target", String.class);
          return new Turn.Standing(required(row, "isolation_strategy", String.class),
              Place.of(required(row, "read_place", String.class)), state == null ? null : State.of(state),
              target == null ? null : Place.of(target), required(row, "has_documents", Boolean.class),
              required(row, "points", Long.class), threshold);
        }).one();
  }

  private GenericExecuteSpec progress(MigrationStep step, String changes) {
    return client.sql("update isolation_migrations set leased_until = now(), updated_at = now(), " + changes
        + " where tenant_id = :tenant and claim = :claim").bind("tenant", step.tenantId()).bind("claim", step.claim());
  }

  private static Mono<Boolean> done(GenericExecuteSpec statement) {
    return statement.fetch().rowsUpdated().map(rows -> rows > 0).onErrorMap(StoreFailures::translate);
  }

  private static MigrationStep step(Readable row) {
    return new MigrationStep(required(row, "tenant_id", UUID.class),
        Place.of(required(row, "read_place", String.class)),
        Place.of(required(row, "target", String.class)), State.of(required(row, "state", String.class)),
        row.get("collection", String.class), row.get("cursor", UUID.class), required(row, "pass", Integer.class),
        required(row, "mended", Long.class), required(row, "claim", Long.class));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
