package io.selfrag.query.retrieve.http;

import io.selfrag.query.retrieve.RetrieverChoice;
import io.selfrag.query.retrieve.Retrieval;
import io.selfrag.vectorstore.PointFilter.Viewer;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /v1/retrieve}.
 *
 * @param topK 1 to 50, 5 if absent
 * @param contextWindow neighbours on either side, 0 to 5, 1 if absent
 * @param metadataFilter field to value, or to an object of {@code $in}, {@code $gte}, {@code $lte}, {@code $exists}, {@code $eq}
 */
record RetrieveBody(@NotBlank @Size(max = 8192) String query,
    @NotEmpty @Size(max = 50) List<@NotNull UUID> knowledgeBaseIds, @Nullable @Min(1) @Max(50) Integer topK,
    @Nullable Double scoreThreshold, @Nullable Map<String, Object> metadataFilter,
    @Nullable @Valid RetrieverOverride retrieverOverride, @Nullable @Min(0) @Max(5) Integer contextWindow,
    @Nullable UUID documentId, @Nullable Boolean explain) {
  private static final int DEFAULT_TOP_K = 5;
  private static final int DEFAULT_WINDOW = 1;

  /** A retriever by name with its parameters. */
  record RetrieverOverride(@NotBlank String name, @Nullable Map<String, Object> params) {
    RetrieverChoice choice() {
      return RetrieverChoice.of(name, params == null ? Map.of() : params);
    }
  }

  boolean wantsExplanation() {
    return Boolean.TRUE.equals(explain);
  }

  Retrieval.Request toRequest(UUID tenantId, List<UUID> allowed, @Nullable Viewer viewer) {
    return new Retrieval.Request(tenantId, query, allowed, topK == null ? DEFAULT_TOP_K : topK, scoreThreshold,
        MetadataFilter.parse(metadataFilter == null ? Map.of() : metadataFilter),
        documentId == null ? List.of() : List.of(documentId),
        retrieverOverride == null ? null : retrieverOverride.choice(),
        contextWindow == null ? DEFAULT_WINDOW : contextWindow, viewer);
  }
}
