package io.selfrag.vectorstore;

import java.util.UUID;

/**
 * A version of a document inside one index generation. Versions of one document are ordered by (revision, attempt).
 *
 * @param revision microseconds, fixed at acceptance
 * @param attempt 0 for the first try, higher for each retry
 */
public record VersionKey(UUID tenantId, UUID knowledgeBaseId, UUID documentId, int generation, long revision,
    int attempt) {}
