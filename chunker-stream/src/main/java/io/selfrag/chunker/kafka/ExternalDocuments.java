package io.selfrag.chunker.kafka;

import io.selfrag.schemas.avro.DocumentIntroduction;
import java.util.UUID;

/** What the API does at acceptance, done for documents that came straight from Kafka (S21). */
public interface ExternalDocuments {
  /**
   * Reserves the quota for a version of a document, by its row. Idempotent by revision. Blocks.
   *
   * @throws io.selfrag.schemas.SelfRagException {@code QUOTA_EXCEEDED}, {@code DOCUMENT_ID_CONFLICT}, {@code KB_NOT_FOUND} or
   *     {@code VALIDATION_ERROR}, with nothing reserved; {@code STORE_UNAVAILABLE} (transient)
   */
  void reserve(UUID tenantId, UUID knowledgeBaseId, UUID documentId, long revision, DocumentIntroduction document);
}
