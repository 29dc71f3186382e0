package io.selfrag.catalog.intake;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Small questions that routes ask before they work. */
public final class IntakeChecks {
  private final DatabaseClient client;

  public IntakeChecks(CatalogDatabase database) {
    this.client = database.client();
  }

  /** Whether the tenant has this knowledge base. */
  public Mono<Boolean> knowledgeBaseExists(UUID tenantId, UUID knowledgeBaseId) {
    return client.sql("""
        select exists (select 1 from knowledge_bases
                        where id = :kb and tenant_id = :tenant and status <> 'deleting') as found
        """).bind("kb", knowledgeBaseId).bind("tenant", tenantId).map(row -> Sql.need(row, "found", Boolean.class))
        .one().onErrorMap(StoreFailures::translate);
  }

  /** How many revisions of all tenants are unfinished; counts no further than the limit. */
  public Mono<Integer> open(int limit) {
    return client.sql("""
        select count(*)::integer as open
          from (select 1 from document_revisions where state in ('accepting', 'pending', 'processing')
                 limit :limit) as open_revisions
        """).bind("limit", limit).map(row -> Sql.need(row, "open", Integer.class)).one()
        .onErrorMap(StoreFailures::translate);
  }

  /** How many of the tenant's documents are unfinished in the interactive lane; counts no further than the limit (S20). */
  public Mono<Integer> interactiveInFlight(UUID tenantId, int limit) {
    return client.sql("""
        select count(*)::integer as open
          from (select 1 from document_revisions
                 where tenant_id = :tenant and lane = 'interactive' and state in ('accepting', 'pending', 'processing')
                 limit :limit) as open_revisions
        """).bind("tenant", tenantId).bind("limit", limit).map(row -> Sql.need(row, "open", Integer.class)).one()
        .onErrorMap(StoreFailures::translate);
  }
}
