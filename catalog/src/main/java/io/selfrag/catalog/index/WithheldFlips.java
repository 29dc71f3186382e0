package io.selfrag.catalog.index;

import io.r2dbc.spi.Readable;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.util.Collection;
import java.util.List;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Complete versions that wait for the end of a switch of generations (S19), recorded by the transaction that withheld them. */
public final class WithheldFlips {
  private final DatabaseClient client;

  public WithheldFlips(CatalogDatabase database) {
    this.client = database.client();
  }

  /** Joins the surrounding transaction. */
  Mono<Void> add(List<Version> versions, List<Integer> chunkCounts) {
    return versions.isEmpty()
        ? Mono.empty()
        : VersionArrays.bindInOrder(
            client.sql(
                """
                    insert into withheld_flips (tenant_id, knowledge_base_id, document_id, generation, revision, attempt, chunk_count)
                    select * from unnest(:tenants::uuid[], :bases::uuid[], :documents::uuid[], :generations::int[], :revisions::bigint[],
                                         :attempts::int[], :counts::int[])
                        on conflict do nothing
                    """),
            versions).bind("counts", chunkCounts.toArray(Integer[]::new)).fetch().rowsUpdated().then();
  }

  /** Those whose knowledge base is not being switched any more, to be decided about again. */
  public Mono<List<IndexChange.Reconsider>> released(int limit) {
    return client.sql("""
        select w.* from withheld_flips w join knowledge_bases k on k.id = w.knowledge_base_id
         where k.status <> 'switching' order by w.document_id, w.generation, w.revision, w.attempt limit :limit
        """).bind("limit", limit).map(WithheldFlips::again).all().collectList().onErrorMap(StoreFailures::translate);
  }

  /** They wait no longer. */
  public Mono<Void> forget(Collection<Version> versions) {
    return versions.isEmpty()
        ? Mono.empty()
        : VersionArrays
            .bind(client.sql("delete from withheld_flips w using " + VersionArrays.TABLE + """
                 where (w.document_id, w.generation, w.revision, w.attempt)
                       = (wanted.document_id, wanted.generation, wanted.revision, wanted.attempt)
                """), versions)
            .fetch().rowsUpdated().then().onErrorMap(StoreFailures::translate);
  }

  private static IndexChange.Reconsider again(Readable row) {
    return new IndexChange.Reconsider(VersionArrays.version(row), Columns.integer(row, "chunk_count"));
  }
}
