package io.selfrag.chunker.catalog;

import io.selfrag.catalog.lookup.ProcessingLookup;
import io.selfrag.chunker.kafka.KnowledgeBaseLookup;
import io.selfrag.schemas.avro.KnowledgeBaseState;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** Knowledge bases from the catalog. */
public final class CatalogKnowledgeBases implements KnowledgeBaseLookup {
  private final ProcessingLookup lookup;
  private final Duration limit;

  public CatalogKnowledgeBases(ProcessingLookup lookup, Duration limit) {
    this.lookup = lookup;
    this.limit = limit;
  }

  @Override
  public Optional<KnowledgeBaseState> find(UUID tenantId, UUID knowledgeBaseId) {
    return Waiting.on(lookup.find(tenantId, knowledgeBaseId), limit);
  }
}
