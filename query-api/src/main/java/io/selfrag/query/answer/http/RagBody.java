package io.selfrag.query.answer.http;

import io.selfrag.generation.chat.Sampling;
import io.selfrag.generation.reflect.Question;
import io.selfrag.query.retrieve.http.RetrieveBody;
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
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /v1/rag} and {@code /v1/rag/stream}: {@link RetrieveBody}'s fields and what concerns the answer.
 *
 * @param systemPrompt the caller's wishes; the rules about passages stay in force
 * @param includeSources false leaves {@code sources} out; true if absent
 * @param llmOverride another model that this deployment offers
 * @param reflect auto (if absent), on or off
 * @param conversationId the caller's conversation whose turns come before, and which is continued
 * @param stream true answers {@code /v1/rag} as a stream
 */
record RagBody(
    @NotNull @Size(max = 8192) @Pattern(regexp = "(?s).*\\S.*", message = "must not be blank") String query,
    @NotNull @Size(min = 1, max = 50) List<@NotNull UUID> knowledgeBaseIds, @Nullable @Min(1) @Max(50) Integer topK,
    @Nullable Double scoreThreshold, @Nullable Map<String, @Nullable Object> metadataFilter,
    @Nullable @Valid RetrieverOverride retrieverOverride, @Nullable Boolean rerank,
    @Nullable @Min(1) @Max(50) Integer rerankTopK, @Nullable @Size(min = 1, max = 128) String rerankModel,
    @Nullable @DecimalMin("0") @DecimalMax("1") Double mmrLambda,
    @Nullable @Min(0) @Max(5) Integer contextWindow, @Nullable UUID documentId, @Nullable Boolean explain,
    @Nullable UUID explainDocumentId, @Nullable @Size(max = 8192) String systemPrompt,
    @Nullable @DecimalMin("0") @DecimalMax("2") Double temperature, @Nullable @Min(1) @Max(32768) Integer maxTokens,
    @Nullable Boolean includeSources, @Nullable @Valid LlmOverride llmOverride,
    @Nullable @Pattern(regexp = "auto|off|on", message = "must be auto, off or on") String reflect,
    @Nullable Boolean stream, @Nullable UUID conversationId) {

  /** Another model, and other choices of it. */
  record LlmOverride(@Nullable @Size(max = 64) String provider, @Nullable @Size(max = 128) String model,
      @Nullable @DecimalMin("0") @DecimalMax("2") Double temperature,
      @Nullable @Min(1) @Max(32768) Integer maxTokens) {}

  RetrieveBody retrieval() {
    return new RetrieveBody(query, knowledgeBaseIds, topK, scoreThreshold, metadataFilter, retrieverOverride, rerank,
        rerankTopK, rerankModel, mmrLambda, contextWindow, documentId, explain, explainDocumentId);
  }

  Question question() {
    var override = llmOverride;
    var sampling = new Sampling(temperature, maxTokens, List.of());
    return new Question(query, List.of(), systemPrompt, override == null
        ? sampling
        : new Sampling(override.temperature(), override.maxTokens(), List.of()).orElse(sampling), mode());
  }

  private Question.Mode mode() {
    return reflect == null ? Question.Mode.AUTO : Question.Mode.valueOf(reflect.toUpperCase(Locale.ROOT));
  }

  @Nullable
  String provider() {
    return llmOverride == null ? null : llmOverride.provider();
  }

  @Nullable
  String model() {
    return llmOverride == null ? null : llmOverride.model();
  }

  boolean wantsSources() {
    return !Boolean.FALSE.equals(includeSources);
  }

  boolean wantsStream() {
    return Boolean.TRUE.equals(stream);
  }
}
