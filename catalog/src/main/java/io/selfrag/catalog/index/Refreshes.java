package io.selfrag.catalog.index;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Copies that are to be refreshed (S16): recorded with the change, done by a sweeper, one document by one sweeper at a time. */
public final class Refreshes {
  private final DatabaseClient client;

  public Refreshes(CatalogDatabase database) {
    this.client = database.client();
  }

  /**
   * Records documents whose copies may differ from their rows by now; they are refreshed from the rows as these are then. Joins
   * the surrounding transaction, if there is one.
   */
  public Mono<Void> add(Collection<DocumentFence> documents) {
    if (documents.isEmpty()) {
      return Mono.empty();
    }
    var distinct = documents.stream().distinct().toList();
    return client.sql("""
        insert into refreshes (document_id, tenant_id, knowledge_base_id)
        select * from unnest(:ids::uuid[], :tenants::uuid[], :bases::uuid[]) as w(document_id, tenant_id, base_id)
         order by document_id
            on conflict (document_id) do update set wanted = refreshes.wanted + 1
        """).bind("ids", distinct.stream().map(DocumentFence::id).toArray(UUID[]::new))
        .bind("tenants", distinct.stream().map(DocumentFence::tenantId).toArray(UUID[]::new))
        .bind("bases", distinct.stream().map(DocumentFence::knowledgeBaseId).toArray(UUID[]::new)).fetch().rowsUpdated()
        .then();
  }

  /** Those of the documents whose copies wait to be refreshed. */
  public Mono<List<UUID>> waiting(Collection<UUID> documents) {
    return client.sql("select document_id from refreshes where document_id = any(:ids)")
        .bind("ids", documents.toArray(UUID[]::new)).map(row -> Columns.uuid(row, "document_id")).all().collectList()
        .onErrorMap(StoreFailures::translate);
  }

  /** Takes some of what waits, oldest first, for as long as the lease; nobody else gets these meanwhile. */
  public Flux<Refresh> claim(int limit, Duration lease) {
    return client.sql("""
        with mine as (
          select document_id from refreshes where leased_until <= now() order by created_at limit :limit
             for update skip locked)
        update refreshes set leased_until = now() + make_interval(secs => :lease)
         where document_id = any(array(select document_id from mine))
        returning document_id, tenant_id, knowledge_base_id, wanted
        """).bind("lease", lease.toMillis() / 1000.0).bind("limit", limit)
        .map(row -> new Refresh(Columns.uuid(row, "tenant_id"), Columns.uuid(row, "knowledge_base_id"),
            Columns.uuid(row, "document_id"), Columns.bigint(row, "wanted")))
        .all().onErrorMap(StoreFailures::translate);
  }

  /**
   * These are done; one that was wanted again meanwhile stays, to be done again. Raises the revision of their knowledge bases, since
   * a search between a change and the refresh of its copies may have been cached under the revision of the change (S18).
   */
  public Mono<Void> done(List<Refresh> refreshes) {
    var bases = new TreeMap<UUID, Counters.Change>();
    refreshes.forEach(it -> bases.put(it.knowledgeBaseId(), new Counters.Change(0, 0)));
    return new Counters(client).add(bases).onErrorMap(StoreFailures::translate).then(forget(refreshes));
  }

  private Mono<Void> forget(List<Refresh> refreshes) {
    return bind("""
        delete from refreshes r using unnest(:ids::uuid[], :wanted::bigint[]) as w(document_id, wanted)
         where r.document_id = w.document_id and r.wanted = w.wanted
        """, refreshes).then(release(refreshes));
  }

  /** Gives these back undone. */
  public Mono<Void> release(List<Refresh> refreshes) {
    return bind("""
        update refreshes r set leased_until = '-infinity'
          from unnest(:ids::uuid[], :wanted::bigint[]) as w(document_id, wanted) where r.document_id = w.document_id
        """, refreshes);
  }

  private Mono<Void> bind(String sql, List<Refresh> refreshes) {
    return refreshes.isEmpty()
        ? Mono.empty()
        : client.sql(sql).bind("ids", refreshes.stream().map(Refresh::documentId).toArray(UUID[]::new))
            .bind("wanted", refreshes.stream().map(Refresh::wanted).toArray(Long[]::new)).fetch().rowsUpdated().then()
            .onErrorMap(StoreFailures::translate);
  }
}
