package io.selfrag.catalog.lookup;

import io.selfrag.schemas.avro.DocumentIntroduction;
import java.util.UUID;

/** A version of a document that came straight from Kafka, before it is parsed. */
public record ExternalDraft(UUID tenantId, UUID knowledgeBaseId, UUID documentId, long revision,
    DocumentIntroduction document) {}
