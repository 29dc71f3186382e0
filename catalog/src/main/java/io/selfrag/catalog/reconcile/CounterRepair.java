package io.selfrag.catalog.reconcile;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/**
 * Sets counters to what the rows say. The counters are locked first and the rows counted by a later statement: whoever changes
 * rows changes the counters in the same transaction, and so either is seen by the count or adds to its result.
 */
public final class CounterRepair {
  private final CatalogDatabase database;
  private final DatabaseClient client;

  public CounterRepair(CatalogDatabase database) {
    this.database = database;
    this.client = database.client();
  }

  /**
   * Documents and chunks that queries of a knowledge base see. One whose delete is accepted and still on its way counts: whoever
   * carries the delete out takes it off.
   */
  public Mono<Void> ofKnowledgeBase(UUID id) {
    return locked("select 1 from knowledge_base_counters where knowledge_base_id = :id for no key update", """
        update knowledge_base_counters c
           set document_count = live.documents, chunk_count = live.chunks, revision = c.revision + 1
          from (select count(g.document_id) as documents, coalesce(sum(g.chunk_count), 0) as chunks
                  from knowledge_bases k
                  join document_generations g on g.knowledge_base_id = k.id and g.generation = k.live_generation
                 where k.id = :id) live
         where c.knowledge_base_id = :id
        """, id);
  }

  /** Knowledge bases, documents and bytes that a tenant's quota is held against. */
  public Mono<Void> ofTenant(UUID id) {
    return locked("select 1 from tenant_counters where tenant_id = :id for no key update", """
        update tenant_counters c
           set doc_count = held.documents, storage_bytes = held.bytes,
               kb_count = (select count(*) from knowledge_bases where tenant_id = :id and status <> 'deleting')
          from (select count(*) as documents, coalesce(sum(size_bytes), 0) as bytes
                  from documents where tenant_id = :id and counted) held
         where c.tenant_id = :id
        """, id);
  }

  private Mono<Void> locked(String lock, String update, UUID id) {
    return database.inTransaction(client.sql(lock).bind("id", id).fetch().all().then()
        .then(client.sql(update).bind("id", id).fetch().rowsUpdated()).then()).onErrorMap(StoreFailures::translate);
  }
}
