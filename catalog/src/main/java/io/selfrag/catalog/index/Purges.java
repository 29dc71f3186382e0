package io.selfrag.catalog.index;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The intents to purge, and the deletion of rows they ask for. */
public final class Purges {
  private static final int SLICE = 2_000;

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
        .bind("revisions", array(distinct, it -> limitRevision(it.limit()), Long[]::new))
        .bind("attempts", array(distinct, it -> limitAttempt(it.limit()), Integer[]::new)).fetch().rowsUpdated().then()
        .onErrorMap(StoreFailures::translate);
  }

  /** Intents whose time has come, oldest first. */
  public Flux<DuePurge> due(int limit) {
    return client
        .sql(
            """
                select id, tenant_id, knowledge_base_id, document_id, generation, below_revision, below_attempt, only_revision,
                       only_attempt, again_after is null as first
                  from purges where again_after is null or again_after <= now() order by again_after nulls first, id limit :limit
                """)
        .bind("limit", limit).map(row -> duePurge(row)).all().onErrorMap(StoreFailures::translate);
  }

  /** Deletes chunk rows and vectors of a purge of a document, in one statement each. */
  public Mono<Long> deleteRows(Purge purge) {
    if (purge.documentId() == null) {
      throw new IllegalArgumentException("a purge of a document is needed");
    }
    return delete("chunk_vectors", purge).then(delete("chunks", purge)).onErrorMap(StoreFailures::translate);
  }

  /** Deletes a slice of a knowledge base's chunk rows and vectors; 0 once none is left. */
  public Mono<Long> deleteSlice(UUID tenantId, UUID knowledgeBaseId) {
    return client.sql("""
        with slice as (select id from chunks where tenant_id = :tenant and knowledge_base_id = :base limit :slice),
             vectors as (delete from chunk_vectors where chunk_id in (select id from slice))
        delete from chunks where id in (select id from slice)
        """).bind("tenant", tenantId).bind("base", knowledgeBaseId).bind("slice", SLICE).fetch().rowsUpdated()
        .onErrorMap(StoreFailures::translate);
  }

  /** After the first run: due again after the delay, by the database's clock. */
  public Mono<Void> repeatAfter(List<Long> ids, Duration delay) {
    return client.sql("update purges set again_after = now() + make_interval(secs => :seconds) where id = any(:ids)")
        .bind("seconds", delay.toMillis() / 1000.0).bind("ids", ids.toArray(Long[]::new)).fetch().rowsUpdated().then()
        .onErrorMap(StoreFailures::translate);
  }

  /** After the second run. */
  public Mono<Void> remove(List<Long> ids) {
    return client.sql("delete from purges where id = any(:ids)").bind("ids", ids.toArray(Long[]::new)).fetch()
        .rowsUpdated().then().onErrorMap(StoreFailures::translate);
  }

  /** The generations in which a document may have left something, without those where exactly this version is live. */
  public Flux<Integer> generations(Purge purge) {
    if (purge.generation() != null) {
      return Flux.just(purge.generation());
    }
    return client.sql("""
        select g.generation from generations g
         where g.knowledge_base_id = :base
           and not exists (select 1 from document_generations d
                            where d.document_id = :document and d.generation = g.generation
                              and d.live_revision = :revision and d.live_attempt = :attempt)
        union select distinct c.generation from chunks c where c.document_id = :document
           and not exists (select 1 from document_generations d
                            where d.document_id = :document and d.generation = c.generation
                              and d.live_revision = :revision and d.live_attempt = :attempt)
        """).bind("base", orElse(purge.knowledgeBaseId(), new UUID(0, 0)))
        .bind("document", orElse(purge.documentId(), new UUID(0, 0))).bind("revision", limitRevision(purge.limit()))
        .bind("attempt", purge.limit() instanceof Purge.Limit.Only ? limitAttempt(purge.limit()) : -1)
        .map(row -> Columns.integer(row, "generation")).all().onErrorMap(StoreFailures::translate);
  }

  /** Deletes a slice of one of the tables that hang on a knowledge base that is being deleted; 0 once none is left. */
  public Mono<Long> deleteLedgerSlice(UUID tenantId, UUID knowledgeBaseId) {
    return Flux.just("document_events", "document_revisions", "document_generations")
        .concatMap(table -> client.sql("""
            delete from %1$s where ctid = any(array(
              select t.ctid from %1$s t join knowledge_bases k on k.id = t.knowledge_base_id
               where k.id = :base and k.tenant_id = :tenant and k.status = 'deleting' limit :slice))
            """.formatted(table)).bind("base", knowledgeBaseId).bind("tenant", tenantId).bind("slice", SLICE).fetch()
            .rowsUpdated())
        .reduce(0L, Long::sum).onErrorMap(StoreFailures::translate);
  }

  /**
   * Deletes a slice of the documents of a knowledge base that is being deleted, and gives back what they hold of the quota; 0
   * once none is left.
   */
  public Mono<Long> deleteDocumentSlice(UUID tenantId, UUID knowledgeBaseId) {
    return client
        .sql(
            """
                with gone as (
                       delete from documents where ctid = any(array(
                         select d.ctid from documents d join knowledge_bases k on k.id = d.knowledge_base_id
                          where k.id = :base and k.tenant_id = :tenant and k.status = 'deleting' limit :slice))
                       returning counted, size_bytes),
                     released as (
                       update tenant_counters
                          set doc_count = greatest(doc_count - (select count(*) from gone where counted), 0),
                              storage_bytes = greatest(storage_bytes - (select coalesce(sum(size_bytes), 0) from gone where counted), 0)
                        where tenant_id = :tenant)
                select count(*) as gone from gone
                """)
        .bind("base", knowledgeBaseId).bind("tenant", tenantId).bind("slice", SLICE)
        .map(row -> Columns.bigint(row, "gone")).one().onErrorMap(StoreFailures::translate);
  }

  /** Deletes the row of a knowledge base that is being deleted, and what little still hangs on it. */
  public Mono<Void> removeKnowledgeBase(UUID tenantId, UUID knowledgeBaseId) {
    return client.sql("delete from knowledge_bases where id = :base and tenant_id = :tenant and status = 'deleting'")
        .bind("base", knowledgeBaseId).bind("tenant", tenantId).fetch().rowsUpdated().then()
        .onErrorMap(StoreFailures::translate);
  }

  /** Marks the knowledge bases of a tenant that is being deleted, and names them. */
  public Flux<UUID> knowledgeBasesOfDeletedTenant(UUID tenantId) {
    return client.sql("""
        update knowledge_bases k set status = 'deleting' from tenants t
         where t.id = k.tenant_id and t.id = :tenant and t.status = 'deleting' returning k.id
        """).bind("tenant", tenantId).map(row -> Columns.uuid(row, "id")).all().onErrorMap(StoreFailures::translate);
  }

  /** Deletes the row of a tenant that is being deleted, its stored originals first. */
  public Mono<Void> removeTenant(UUID tenantId) {
    return client.sql("""
        delete from contents where tenant_id = (select id from tenants where id = :tenant and status = 'deleting')
        """).bind("tenant", tenantId).fetch().rowsUpdated()
        .then(client.sql("delete from tenants where id = :tenant and status = 'deleting'").bind("tenant", tenantId)
            .fetch().rowsUpdated())
        .then().onErrorMap(StoreFailures::translate);
  }

  private Mono<Long> delete(String table, Purge purge) {
    var sql = new StringBuilder("delete from ").append(table).append(" where document_id = :document");
    if (purge.generation() != null) {
      sql.append(" and generation = :generation");
    }
    sql.append(switch (purge.limit()) {
      case Purge.Limit.All _ -> "";
      case Purge.Limit.Below _ -> " and (revision, attempt) < (:revision, :attempt)";
      case Purge.Limit.Only _ -> " and revision = :revision and attempt = :attempt";
    });
    // Whatever became live since the intent was written stays: (revision, attempt) of a failed attempt never comes back,
    // but the same revision may be live in another generation.
    sql.append("""
         and not exists (select 1 from document_generations g
                          where g.document_id = %1$s.document_id and g.generation = %1$s.generation
                            and g.live_revision = %1$s.revision and g.live_attempt = %1$s.attempt)
        """.formatted(table));
    if (table.equals("chunks")) {
      sql.append(" and tenant_id = :tenant");
    } else {
      sql.append(" and exists (select 1 from chunks c where c.id = chunk_id and c.tenant_id = :tenant)");
    }
    var statement = client.sql(sql.toString()).bind("document", orElse(purge.documentId(), new UUID(0, 0)))
        .bind("tenant", purge.tenantId());
    if (purge.generation() != null) {
      statement = statement.bind("generation", purge.generation());
    }
    if (!(purge.limit() instanceof Purge.Limit.All)) {
      statement = statement.bind("revision", limitRevision(purge.limit())).bind("attempt",
          limitAttempt(purge.limit()));
    }
    return statement.fetch().rowsUpdated();
  }

  private static DuePurge duePurge(Readable row) {
    Long below = row.get("below_revision", Long.class);
    Long only = row.get("only_revision", Long.class);
    Purge.Limit limit = below != null
        ? new Purge.Limit.Below(below, orElse(row.get("below_attempt", Integer.class), 0))
        : only != null
            ? new Purge.Limit.Only(only, orElse(row.get("only_attempt", Integer.class), 0))
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

  private static long limitRevision(Purge.Limit limit) {
    return switch (limit) {
      case Purge.Limit.All _ -> 0L;
      case Purge.Limit.Below it -> it.revision();
      case Purge.Limit.Only it -> it.revision();
    };
  }

  private static int limitAttempt(Purge.Limit limit) {
    return switch (limit) {
      case Purge.Limit.All _ -> 0;
      case Purge.Limit.Below it -> it.attempt();
      case Purge.Limit.Only it -> it.attempt();
    };
  }

  private static <T> T orElse(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  private static <T> T[] array(List<Purge> purges, Function<Purge, T> column,
      IntFunction<T[]> maker) {
    return purges.stream().map(column).toArray(maker);
  }
}
