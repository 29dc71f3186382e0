package io.selfrag.catalog.conversation;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A conversation.
 *
 * @param owner who may read it
 * @param knowledgeBaseIds what it is about; may be empty
 */
public record Conversation(UUID id, UUID tenantId, String owner, String title, List<UUID> knowledgeBaseIds,
    Instant createdAt, Instant updatedAt) {
  public Conversation {
    knowledgeBaseIds = List.copyOf(knowledgeBaseIds);
  }
}
