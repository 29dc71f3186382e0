package io.selfrag.catalog.index;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** The intents to purge (S13): each is due at once, and once more after a while; then it goes. */
public final class Purges {
  private final DatabaseClient client;

  public Purges(CatalogDatabase database) {
    this.client = database.client();
  }

  /** Records intents; one that waits for its first run already is not recorded twice. Joins the surrounding transaction. */
  public Mono<Void> add(Collection<Purge> purges) {
    if (purges.isEmpty()) {
      return Mono.empty();
    }
    var distinct = List.copyOf(new LinkedHashSet<>(purges));
    var nobody = new UUID(0, 0);
    return client.sql("""
        insert into purges (tenant_id, knowledge_base_id, document_id, generation, below_revision, below_attempt,
                            only_revision, only_attempt)
        select tenant_id, nullif(base, :nobody), nullif(document, :nobody), nullif(generation, -1),
               case kind when 'below' then revision end, case kind when 'below' then attempt end,
               case kind when 'only' then revision end, case kind when 'only' then attempt end
          from unnest(:tenants::uuid[], :bases::uuid[], :documents::uuid[], :generations::int[], :kinds::text[],
                      :revisions::bigint[], :attempts::int[])
            as w(tenant_id, base, document, generation, kind, revision, attempt)
         where not exists (
           select 1 from purges p
            where p.again_after is null and p.tenant_id = w.tenant_id and p.document_id = nullif(w.document, :nobody)
              and p.generation is not distinct from nullif(w.generation, -1)
              and p.below_revision is not distinct from case kind when 'below' then w.revision end
              and p.below_attempt is not distinct from case kind when 'below' then w.attempt end
              and p.only_revision is not distinct from case kind when 'only' then w.revision end
              and p.only_attempt is not distinct from case kind when 'only' then w.attempt end)
        """).bind("nobody", nobody).bind("tenants", array(distinct, Purge::tenantId, UUID[]::new))
        .bind("bases", array(distinct, it -> orElse(it.knowledgeBaseId(), nobody), UUID[]::new))
        .bind("documents", array(distinct, it -> orElse(it.documentId(), nobody), UUID[]::new))
        .bind("generations", array(distinct, it -> orElse(it.generation(), -1), Integer[]::new))
        .bind("kinds", array(distinct, Purges::kind, String[]::new))
        .bind("revisions", array(distinct, it -> it.limit().revision(), Long[]::new))
        .bind("attempts", array(distinct, it -> it.limit().attempt(), Integer[]::new)).fetch().rowsUpdated().then()
        .onErrorMap(StoreFailures::translate);
  }

  /**
   * Takes intents whose time has come for as long as the lease, first runs first; nobody else gets these meanwhile.
   */
  public Mono<List<DuePurge>> claim(int limit, Duration lease) {
    return client
        .sql(
            """
                with first_run as (
                       select id from purges where again_after is null and leased_until <= now()
                        order by id limit :limit for update skip locked),
                     second_run as (
                       select id from purges where again_after <= now() and leased_until <= now()
                        order by again_after, id limit :limit for update skip locked)
                update purges set leased_until = now() + make_interval(secs => :lease)
                 where id = any(array(select id from first_run union all select id from second_run))
                returning id, tenant_id, knowledge_base_id, document_id, generation, below_revision, below_attempt, only_revision,
                          only_attempt, again_after is null as first
                """)
        .bind("limit", limit).bind("lease", lease.toMillis() / 1000.0).map(row -> duePurge(row)).all()
        .sort(Comparator.comparing((DuePurge it) -> !it.first()).thenComparingLong(DuePurge::id)).collectList()
        .onErrorMap(StoreFailures::translate);
  }

  /** Gives these back undone. */
  public Mono<Void> release(List<Long> ids) {
    return client.sql("update purges set leased_until = '-infinity' where id = any(:ids)")
        .bind("ids", ids.toArray(Long[]::new)).fetch().rowsUpdated().then().onErrorMap(StoreFailures::translate);
  }

  /** After the first run: due again after the delay, by the database's clock. */
  public Mono<Void> repeatAfter(List<Long> ids, Duration delay) {
    return client.sql("""
        update purges set again_after = now() + make_interval(secs => :seconds), leased_until = '-infinity'
         where id = any(:ids)
        """).bind("seconds", delay.toMillis() / 1000.0).bind("ids", ids.toArray(Long[]::new)).fetch().rowsUpdated()
        .then()
        .onErrorMap(StoreFailures::translate);
  }

  /** After the second run. */
  public Mono<Void> remove(List<Long> ids) {
    return client.sql("delete from purges where id = any(:ids)").bind("ids", ids.toArray(Long[]::new)).fetch()
        .rowsUpdated().then().onErrorMap(StoreFailures::translate);
  }

  private static DuePurge duePurge(Readable row) {
    Long below = row.get("below_revision", Long.class);
    Long only = row.get("only_revision", Long.class);
    Purge.Limit limit = below != null
        ? new Purge.Limit.Below(below, Columns.integer(row, "below_attempt"))
        : only != null
            ? new Purge.Limit.Only(only, Columns.integer(row, "only_attempt"))
            : new Purge.Limit.All();
    return new DuePurge(Columns.bigint(row, "id"),
        new Purge(Columns.uuid(row, "tenant_id"), row.get("knowledge_base_id", UUID.class),
            row.get("document_id", UUID.class), row.get("generation", Integer.class), limit),
        Boolean.TRUE.equals(row.get("first", Boolean.class)));
  }

  private static String kind(Purge purge) {
    return switch (purge.limit()) {
      case Purge.Limit.All _ -> "all";
      case Purge.Limit.Below _ -> "below";
      case Purge.Limit.Only _ -> "only";
    };
  }

  private static <T> T orElse(@Nullable T value, T otherwise) {
    return Objects.requireNonNullElse(value, otherwise);
  }

  private static <T> T[] array(List<Purge> purges, Function<Purge, T> column,
      IntFunction<T[]> maker) {
    return purges.stream().map(column).toArray(maker);
  }
}
