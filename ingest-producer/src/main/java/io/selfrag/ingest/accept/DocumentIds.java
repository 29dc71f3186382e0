package io.selfrag.ingest.accept;

import io.selfrag.schemas.Ids;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Decides a document's id (S23): external id, then the given id, then the idempotency key, then a random one. */
public final class DocumentIds {
  private final Supplier<UUID> random;

  public DocumentIds(Supplier<UUID> random) {
    this.random = random;
  }

  /**
   * @param idempotencyKey made unique by the caller for each document of a batch
   */
  public UUID idFor(UUID knowledgeBaseId, UUID credentialId, @Nullable String externalId, @Nullable UUID documentId,
      @Nullable String idempotencyKey) {
    if (externalId != null) {
      return Ids.documentId(knowledgeBaseId, externalId);
    }
    if (documentId != null) {
      return documentId;
    }
    return idempotencyKey != null ? Ids.documentIdForKey(credentialId, idempotencyKey) : random.get();
  }
}
