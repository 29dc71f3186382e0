package io.selfrag.catalog.backup;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.util.Collection;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/**
 * What the tables must say to an index that is older than they are: a comparison finds each point that lacks a row, but not what was
 * purged by a rule since. Closed generations are purged once more, and tenants that have moved leave their old place once more.
 */
public final class OlderIndex {
  private final DatabaseClient client;

  public OlderIndex(CatalogDatabase database) {
    this.client = database.client();
  }

  /**
   * Records all of it as intents, which the indexer carries out; those that wait already are not repeated.
   *
   * @param owners tenants that have collections of their own in the index
   */
  public Mono<Void> tidy(Collection<UUID> owners) {
    return client.sql("""
        insert into purges (tenant_id, knowledge_base_id, generation)
        select k.tenant_id, k.id, g.generation
          from generations g join knowledge_bases k on k.id = g.knowledge_base_id and k.status <> 'deleting'
         where g.state = 'closed'
           and not exists (select 1 from purges p where p.knowledge_base_id = k.id and p.document_id is null
                                                    and p.generation = g.generation and p.again_after is null)
        """).fetch().rowsUpdated().then(client.sql("""
        insert into isolation_migrations (tenant_id, target, state)
        select t.id, t.read_place, 'purging' from tenants t
         where t.status <> 'deleting' and t.other_place is null and (t.read_place = 'collection' or t.id = any(:owners))
            on conflict (tenant_id) do nothing
        """).bind("owners", owners.toArray(UUID[]::new)).fetch().rowsUpdated()).then()
        .onErrorMap(StoreFailures::translate);
  }
}
