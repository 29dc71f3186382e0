package io.selfrag.catalog.ledger;

import java.util.UUID;

/** The identity of a chunk row. */
public record StoredChunk(UUID id, UUID tenantId, UUID knowledgeBaseId, UUID documentId, int generation, long revision,
    int attempt, int ordinal) {}
