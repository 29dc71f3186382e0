package io.selfrag.query.answer.http;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Body of {@code POST /v1/conversations/{id}/messages}: what the user says next, to be answered. */
record MessageBody(
    @NotNull @Size(max = 8192) @Pattern(regexp = "(?s).*\\S.*", message = "must not be blank") String content,
    @Nullable @Min(1) @Max(50) Integer topK,
    @Nullable @Pattern(regexp = "auto|off|on", message = "must be auto, off or on") String reflect,
    @Nullable Boolean stream) {

  /** The same as a question to the conversation's knowledge bases. */
  RagBody toRag(UUID conversation, List<UUID> bases) {
    return new RagBody(content, bases, topK, null, null, null, null, null, null, null, null, null, null, null, null,
        null, null, null, null, reflect, stream, conversation);
  }
}
