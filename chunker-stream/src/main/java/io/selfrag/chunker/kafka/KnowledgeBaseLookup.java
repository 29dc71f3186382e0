package io.selfrag.chunker.kafka;

import io.selfrag.schemas.avro.KnowledgeBaseState;
import java.util.Optional;
import java.util.UUID;

/** What the catalog knows of a knowledge base; asked once a partition, on a miss of the store (S9). */
public interface KnowledgeBaseLookup {
  /**
   * The knowledge base with its open generations; marked deleted if it is on its way out. Blocks.
   *
   * @return nothing if this tenant has no such knowledge base
   * @throws io.selfrag.schemas.SelfRagException {@code STORE_UNAVAILABLE} (transient)
   */
  Optional<KnowledgeBaseState> find(UUID tenantId, UUID knowledgeBaseId);
}
