package io.selfrag.catalog.index;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.util.Objects;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Deletes the rows that purges ask for. Nothing that is live goes, whatever an intent says; all of it may be repeated. */
public final class PurgedRows {
  private static final int SLICE = 2_000;
  private static final UUID NOBODY = new UUID(0, 0);

  private final DatabaseClient client;

  public PurgedRows(CatalogDatabase database) {
    this.client = database.client();
  }

  /** Deletes chunk rows and vectors of a purge of a document, in one statement each. */
  public Mono<Long> deleteRows(Purge purge) {
    var document = Objects.requireNonNull(purge.documentId(), "a purge of a document is needed");
    // Vectors first: they know their tenant only by their chunk rows.
    return delete("chunk_vectors", "exists (select 1 from chunks c where c.id = chunk_id and c.tenant_id = :tenant)",
        purge, document).then(delete("chunks", "tenant_id = :tenant", purge, document))
        .onErrorMap(StoreFailures::translate);
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
        """).bind("base", Objects.requireNonNullElse(purge.knowledgeBaseId(), NOBODY))
        .bind("document", Objects.requireNonNullElse(purge.documentId(), NOBODY))
        .bind("revision", purge.limit().revision())
        .bind("attempt", purge.limit() instanceof Purge.Limit.Only ? purge.limit().attempt() : -1)
        .map(row -> Columns.integer(row, "generation")).all().onErrorMap(StoreFailures::translate);
  }

  /** Whether queries see this generation: then nothing of it goes. */
  public Mono<Boolean> isSeen(UUID knowledgeBaseId, int generation) {
    return client.sql("""
        select exists (select 1 from knowledge_bases where id = :base and live_generation = :generation) as seen
        """).bind("base", knowledgeBaseId).bind("generation", generation)
        .map(row -> Boolean.TRUE.equals(row.get("seen", Boolean.class))).one().onErrorMap(StoreFailures::translate);
  }

  /** Deletes a slice of what a closed generation shows; 0 once none is left. */
  public Mono<Long> deleteShownSlice(UUID tenantId, UUID knowledgeBaseId, int generation) {
    return client.sql("""
        delete from document_generations where ctid = any(array(
          select g.ctid from document_generations g join generations c using (knowledge_base_id, generation)
           where g.tenant_id = :tenant and g.knowledge_base_id = :base and g.generation = :generation
             and c.state = 'closed' limit :slice))
        """).bind("tenant", tenantId).bind("base", knowledgeBaseId).bind("generation", generation)
        .bind("slice", SLICE).fetch().rowsUpdated().onErrorMap(StoreFailures::translate);
  }

  /** Deletes a slice of a closed generation's chunk rows and vectors; 0 once none is left. */
  public Mono<Long> deleteSlice(UUID tenantId, UUID knowledgeBaseId, int generation) {
    return client.sql("""
        with slice as (select c.id from chunks c join generations g using (knowledge_base_id, generation)
                        where c.tenant_id = :tenant and c.knowledge_base_id = :base and c.generation = :generation
                          and g.state = 'closed' limit :slice),
             vectors as (delete from chunk_vectors where chunk_id in (select id from slice))
        delete from chunks where id in (select id from slice)
        """).bind("tenant", tenantId).bind("base", knowledgeBaseId).bind("generation", generation)
        .bind("slice", SLICE).fetch().rowsUpdated().onErrorMap(StoreFailures::translate);
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
                          where k.id = :base and k.tenant_id = :tenant and k.status = 'deleting'
                          order by d.id limit :slice for update of d))
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

  /** Marks what was added to a tenant while it was being deleted, and names all its knowledge bases; locks them in order. */
  public Flux<UUID> knowledgeBasesOfDeletedTenant(UUID tenantId) {
    return client.sql("""
        with added as (
          select k.id from knowledge_bases k join tenants t on t.id = k.tenant_id
           where t.id = :tenant and t.status = 'deleting' and k.status <> 'deleting'
           order by k.id for no key update of k),
        marked as (update knowledge_bases set status = 'deleting' where id in (select id from added))
        select k.id from knowledge_bases k join tenants t on t.id = k.tenant_id
         where t.id = :tenant and t.status = 'deleting' order by k.id
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

  private Mono<Long> delete(String table, String ofTenant, Purge purge, UUID document) {
    var sql = new StringBuilder("delete from ").append(table).append(" where document_id = :document and ")
        .append(ofTenant);
    if (purge.generation() != null) {
      sql.append(" and generation = :generation");
    }
    sql.append(purge.limit() instanceof Purge.Limit.Only
        ? " and revision = :revision and attempt = :attempt"
        : " and (revision, attempt) < (:revision, :attempt)");
    // Whatever became live since the intent was written stays: (revision, attempt) of a failed attempt never comes back,
    // but the same revision may be live in another generation.
    sql.append("""
         and not exists (select 1 from document_generations g
                          where g.document_id = %1$s.document_id and g.generation = %1$s.generation
                            and g.live_revision = %1$s.revision and g.live_attempt = %1$s.attempt)
        """.formatted(table));
    var statement = client.sql(sql.toString()).bind("document", document).bind("tenant", purge.tenantId())
        .bind("revision", purge.limit().revision()).bind("attempt", purge.limit().attempt());
    if (purge.generation() != null) {
      statement = statement.bind("generation", purge.generation());
    }
    return statement.fetch().rowsUpdated();
  }
}
