package io.selfrag.query.answer.http;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST} and, merged, of {@code PATCH /v1/conversations}. */
record ConversationBody(@Nullable @Size(max = 255) String title,
    @Nullable @Size(max = 50) List<@NotNull UUID> knowledgeBaseIds) {
  String titleOrEmpty() {
    return title == null ? "" : title;
  }

  List<UUID> bases() {
    return knowledgeBaseIds == null ? List.of() : knowledgeBaseIds.stream().distinct().toList();
  }
}
