package io.selfrag.catalog.lookup;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreFailures;
import io.selfrag.schemas.avro.GenerationSpec;
import io.selfrag.schemas.avro.KnowledgeBaseState;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Knowledge bases as the pipeline sees them. Safe for concurrent callers. */
public final class ProcessingLookup {
  private final DatabaseClient client;

  public ProcessingLookup(CatalogDatabase database) {
    this.client = database.client();
  }

  private record Row(boolean deleting, Optional<GenerationSpec> generation) {}

  /** The tenant's knowledge base with its open generations, marked deleted if it is on its way out; empty if it has none such. */
  public Mono<KnowledgeBaseState> find(UUID tenantId, UUID knowledgeBaseId) {
    return client.sql("""
        select kb.status = 'deleting' as deleting, coalesce(g.generation, 0) as generation,
               coalesce(g.spec::text, '') as spec
          from knowledge_bases kb
               left join generations g on g.knowledge_base_id = kb.id and g.state = 'open'
         where kb.id = :kb and kb.tenant_id = :tenant
         order by g.generation
        """).bind("kb", knowledgeBaseId).bind("tenant", tenantId).map(row -> {
      int generation = Objects.requireNonNull(row.get("generation", Integer.class));
      String spec = Objects.requireNonNull(row.get("spec", String.class));
      return new Row(Objects.requireNonNull(row.get("deleting", Boolean.class)),
          spec.isEmpty()
              ? Optional.empty()
              : Optional.of(new GenerationSpec(generation, GenerationSpecs.read(spec))));
    }).all().collectList().filter(rows -> !rows.isEmpty()).map(rows -> {
      boolean deleted = rows.getFirst().deleting();
      var open = rows.stream().flatMap(it -> it.generation().stream()).toList();
      return new KnowledgeBaseState(tenantId, knowledgeBaseId, deleted ? List.of() : open, deleted, List.of());
    }).onErrorMap(StoreFailures::translate);
  }
}
