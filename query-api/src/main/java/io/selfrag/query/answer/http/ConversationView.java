package io.selfrag.query.answer.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.selfrag.catalog.conversation.Conversation;
import io.selfrag.catalog.conversation.Turn;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as it is answered.
 *
 * @param messages the last thousand, oldest first; absent in lists
 */
record ConversationView(UUID id, String title, List<UUID> knowledgeBaseIds, Instant createdAt, Instant updatedAt,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Message> messages) {

  /** A turn. */
  record Message(String role, String content, List<UUID> chunkIds, @Nullable Boolean grounded, Instant createdAt) {
    static Message of(Turn it) {
      return new Message(it.role(), it.content(), it.chunkIds(), it.grounded(), it.createdAt());
    }
  }

  static ConversationView of(Conversation it, @Nullable List<Message> messages) {
    return new ConversationView(it.id(), it.title(), it.knowledgeBaseIds(), it.createdAt(), it.updatedAt(), messages);
  }
}
