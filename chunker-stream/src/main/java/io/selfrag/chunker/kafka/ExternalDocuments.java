package io.selfrag.chunker.kafka;

import io.selfrag.schemas.avro.DocumentIntroduction;
import java.util.UUID;

/** What the API does at acceptance, done for documents that came straight from Kafka (S21). */
public interface ExternalDocuments {
  /** What came of it. */
  enum Outcome {
    RESERVED, QUOTA_EXCEEDED, DOCUMENT_ID_CONFLICT
  }

  /**
   * Reserves the quota for a version of a document, by its row. Idempotent by revision. Blocks.
   *
   * @throws io.selfrag.schemas.SelfRagException {@code STORE_UNAVAILABLE} (transient)
   */
  Outcome reserve(UUID tenantId, UUID knowledgeBaseId, UUID documentId, long revision, DocumentIntroduction document);
}
