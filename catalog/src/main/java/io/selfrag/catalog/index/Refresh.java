package io.selfrag.catalog.index;

import java.util.UUID;

/**
 * A document whose copies in the vector store are to be made like its row.
 *
 * @param wanted how often that was asked for since it was last done; given back with {@link Refreshes#done}
 */
public record Refresh(UUID tenantId, UUID knowledgeBaseId, UUID documentId, long wanted) {}
