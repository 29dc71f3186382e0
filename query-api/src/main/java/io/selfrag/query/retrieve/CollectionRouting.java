package io.selfrag.query.retrieve;

import io.selfrag.embedding.ModelId;
import io.selfrag.vectorstore.CollectionSpec;
import java.util.UUID;

/** Which collection holds a tenant's points of a model. */
@FunctionalInterface
public interface CollectionRouting {
  CollectionSpec collectionOf(UUID tenantId, ModelId model);
}
