package io.selfrag.query.answer.http;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.selfrag.query.retrieve.http.RetrieveBody.RetrieverOverride;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Body of {@code POST /v1/chat/completions}: OpenAI's, whose clients grow monthly, so unknown fields are ignored; and ours beside.
 *
 * @param stop a text or a list of texts
 * @param n more than one answer is refused
 * @param knowledgeBaseIds whose passages the answer rests on; absent: none
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record ChatBody(@Nullable @Size(max = 256) String model,
    @NotNull @Size(min = 1, max = 1000) List<@Valid Message> messages,
    @Nullable Boolean stream, @Nullable StreamOptions streamOptions,
    @Nullable @DecimalMin("0") @DecimalMax("2") Double temperature, @Nullable @Min(1) Integer maxTokens,
    @Nullable @Min(1) Integer maxCompletionTokens, @Nullable JsonNode stop, @Nullable @Min(1) @Max(1) Integer n,
    @Nullable @Size(max = 50) List<@NotNull UUID> knowledgeBaseIds, @Nullable @Min(1) @Max(50) Integer topK,
    @Nullable Double scoreThreshold, @Nullable Map<String, @Nullable Object> metadataFilter,
    @Nullable @Valid RetrieverOverride retrieverOverride,
    @Nullable @Pattern(regexp = "auto|off|on", message = "must be auto, off or on") String reflect) {

  /** A turn; its content is a text, a list of parts, or null. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Message(@NotNull @Size(min = 1, max = 32) String role, @Nullable JsonNode content) {}

  /** What the stream is to have beside the answer. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record StreamOptions(@Nullable Boolean includeUsage) {}

  boolean wantsStream() {
    return Boolean.TRUE.equals(stream);
  }

  boolean wantsUsageInStream() {
    return streamOptions != null && Boolean.TRUE.equals(streamOptions.includeUsage());
  }

  boolean hasKnowledge() {
    return knowledgeBaseIds != null && !knowledgeBaseIds.isEmpty();
  }
}
