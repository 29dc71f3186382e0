package io.selfrag.catalog.intake;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import java.util.Collection;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;

/** Reads where many revisions stand in one statement. */
public final class RevisionOutcomes {
  private final DatabaseClient client;

  public RevisionOutcomes(CatalogDatabase database) {
    this.client = database.client();
  }

  /** Those of the revisions that exist. */
  public Flux<RevisionOutcome> of(Collection<RevisionKey> keys) {
    return client.sql("""
        select r.document_id, r.revision,
               -- Unchanged holds only as long as what it equals came to a good end.
               case when r.state = 'unchanged' and e.state is not null
                         and e.state not in ('indexed', 'unchanged', 'patched') then e.state else r.state end as state,
               coalesce(r.chunk_count, e.chunk_count, g.chunk_count) as chunk_count, d.version,
               coalesce(r.error_stage, e.error_stage) as error_stage,
               coalesce(r.error_code, e.error_code) as error_code,
               coalesce(r.error_message, e.error_message) as error_message
          from unnest(:ids::uuid[], :revisions::bigint[]) as u(id, revision)
          join document_revisions r on r.document_id = u.id and r.revision = u.revision
          join documents d on d.tenant_id = r.tenant_id and d.knowledge_base_id = r.knowledge_base_id
                          and d.id = r.document_id
          join knowledge_bases kb on kb.id = r.knowledge_base_id
          left join document_revisions e on e.document_id = r.document_id and e.revision = r.equals_revision
          left join document_generations g on g.document_id = r.document_id and g.generation = kb.live_generation
        """).bind("ids", keys.stream().map(RevisionKey::documentId).toArray(UUID[]::new))
        .bind("revisions", keys.stream().map(RevisionKey::revision).toArray(Long[]::new))
        .map(row -> new RevisionOutcome(
            new RevisionKey(Sql.need(row, "document_id", UUID.class), Sql.number(row, "revision")),
            Sql.need(row, "state", String.class), Sql.need(row, "version", Integer.class),
            row.get("chunk_count", Integer.class), row.get("error_stage", String.class),
            row.get("error_code", String.class), row.get("error_message", String.class)))
        .all().onErrorMap(StoreFailures::translate);
  }
}
