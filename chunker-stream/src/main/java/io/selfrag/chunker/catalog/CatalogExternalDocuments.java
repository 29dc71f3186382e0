package io.selfrag.chunker.catalog;

import io.selfrag.catalog.lookup.ExternalDraft;
import io.selfrag.catalog.lookup.ExternalReservations;
import io.selfrag.chunker.kafka.ExternalDocuments;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.avro.DocumentIntroduction;
import java.time.Duration;
import java.util.UUID;

/** Reservations in the catalog. */
public final class CatalogExternalDocuments implements ExternalDocuments {
  private final ExternalReservations reservations;
  private final Duration limit;

  public CatalogExternalDocuments(ExternalReservations reservations, Duration limit) {
    this.reservations = reservations;
    this.limit = limit;
  }

  @Override
  public void reserve(UUID tenantId, UUID knowledgeBaseId, UUID documentId, long revision,
      DocumentIntroduction document) {
    var draft = new ExternalDraft(tenantId, knowledgeBaseId, documentId, revision, document);
    switch (Waiting.on(reservations.reserve(draft), limit).orElseThrow()) {
      case RESERVED -> {
        // Goes on.
      }
      case QUOTA_EXCEEDED -> throw new SelfRagException(ErrorCode.QUOTA_EXCEEDED, "the tenant's quota is used up");
      case DOCUMENT_ID_CONFLICT -> throw new SelfRagException(ErrorCode.DOCUMENT_ID_CONFLICT,
          "the document id or external id is taken by another document");
      case KB_NOT_FOUND -> throw new SelfRagException(ErrorCode.KB_NOT_FOUND,
          "the tenant has no such knowledge base, or is disabled");
      case INVALID_ATTRIBUTES -> throw new SelfRagException(ErrorCode.VALIDATION_ERROR,
          "title must have 1 to 255 characters, metadata must be a JSON object, no text may hold U+0000");
    }
  }
}
