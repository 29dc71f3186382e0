package io.selfrag.catalog.index;

import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Counters of knowledge bases and tenants: updated last in a transaction and in the order of their ids (S12). */
final class Counters {
  private final DatabaseClient client;

  Counters(DatabaseClient client) {
    this.client = client;
  }

  /** What a batch changes of a knowledge base. */
  record Change(int documents, long chunks) {
    Change plus(Change more) {
      return new Change(documents + more.documents, chunks + more.chunks);
    }
  }

  /**
   * Adds the changes; each entry raises the revision by which caches of results are keyed (S18). One statement, whose rows are
   * locked in the order of their ids before they are written.
   */
  Mono<Void> add(SortedMap<UUID, Change> changes) {
    if (changes.isEmpty()) {
      return Mono.empty();
    }
    return client.sql("""
        with mine as materialized (
          select knowledge_base_id from knowledge_base_counters where knowledge_base_id = any(:ids)
           order by knowledge_base_id for no key update)
        update knowledge_base_counters c
           set document_count = c.document_count + w.documents, chunk_count = c.chunk_count + w.chunks,
               revision = c.revision + 1
          from mine join unnest(:ids::uuid[], :documents::int[], :chunks::bigint[]) as w(id, documents, chunks)
            on w.id = mine.knowledge_base_id
         where c.knowledge_base_id = mine.knowledge_base_id
        """).bind("ids", changes.keySet().toArray(UUID[]::new))
        .bind("documents", changes.values().stream().map(Change::documents).toArray(Integer[]::new))
        .bind("chunks", changes.values().stream().map(Change::chunks).toArray(Long[]::new)).fetch().rowsUpdated()
        .then();
  }

  /** Gives back what these documents hold of their tenants' quota, once (S21). The documents are locked already. */
  Mono<Void> release(Collection<UUID> documents) {
    if (documents.isEmpty()) {
      return Mono.empty();
    }
    return client.sql("""
        update documents set counted = false where id = any(:ids) and counted returning tenant_id, size_bytes
        """).bind("ids", documents.toArray(UUID[]::new))
        .map(row -> new Held(Columns.uuid(row, "tenant_id"), Columns.bigint(row, "size_bytes"))).all().collectList()
        .flatMap(this::subtract);
  }

  /**
   * Gives back what deleted documents hold, unless something was accepted after the delete: that has reserved anew, or given
   * back by itself.
   */
  Mono<Void> releaseDeleted(Collection<IndexChange.Delete> deletes) {
    if (deletes.isEmpty()) {
      return Mono.empty();
    }
    return client.sql("""
        select d.id from documents d join unnest(:ids::uuid[], :revisions::bigint[]) as w(id, revision) on d.id = w.id
         where d.counted and d.last_revision <= w.revision
        """).bind("ids", deletes.stream().map(IndexChange.Delete::documentId).toArray(UUID[]::new))
        .bind("revisions", deletes.stream().map(IndexChange.Delete::revision).toArray(Long[]::new))
        .map(row -> Columns.uuid(row, "id")).all().collectList().flatMap(this::release);
  }

  private record Held(UUID tenantId, long bytes) {}

  private Mono<Void> subtract(List<Held> held) {
    var byTenant = new TreeMap<UUID, long[]>();
    held.forEach(it -> {
      var sum = byTenant.computeIfAbsent(it.tenantId, _ -> new long[2]);
      sum[0]++;
      sum[1] += it.bytes;
    });
    return Flux.fromIterable(byTenant.entrySet()).concatMap(it -> client.sql("""
        update tenant_counters
           set doc_count = greatest(doc_count - :documents, 0), storage_bytes = greatest(storage_bytes - :bytes, 0)
         where tenant_id = :id
        """).bind("id", it.getKey()).bind("documents", it.getValue()[0]).bind("bytes", it.getValue()[1]).fetch()
        .rowsUpdated()).then();
  }
}
