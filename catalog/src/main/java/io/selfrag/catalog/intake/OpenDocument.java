package io.selfrag.catalog.intake;

import java.util.UUID;

/**
 * A document under lock, about to be changed.
 *
 * @param nextRevision the revision of this change
 * @param attributes as they stand on the row
 */
record OpenDocument(UUID tenantId, UUID knowledgeBaseId, UUID id, long nextRevision, long deletedRevision,
    long interruptedRevision, DocumentAttributes attributes, long attributesRevision, boolean counted,
    long sizeBytes) {}
