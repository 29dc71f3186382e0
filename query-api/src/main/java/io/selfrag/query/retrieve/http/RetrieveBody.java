package io.selfrag.query.retrieve.http;

import io.selfrag.query.retrieve.Retrieval;
import io.selfrag.query.retrieve.Retriever;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.Role;
import io.selfrag.service.http.ValidationException;
import io.selfrag.vectorstore.PointFilter.Viewer;
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

/**
 * Body of {@code POST /v1/retrieve}.
 *
 * @param topK 1 to 50; absent: the knowledge bases' own
 * @param scoreThreshold absent: the knowledge bases' own
 * @param metadataFilter field to value, or to an object of {@code $in}, {@code $gte}, {@code $lte}, {@code $exists}, {@code $eq}
 * @param rerank whether the best are put in a reranker's order; absent: as the retriever and the deployment have it
 * @param rerankTopK how many of the best the reranker looks at; absent: as the deployment has it
 * @param rerankModel another model that the deployment offers
 * @param contextWindow neighbours on either side, 0 to 5, 1 if absent
 * @param documentId searches this document only
 * @param explain adds what was left out and where the time went
 * @param explainDocumentId a document whose absence is to be explained; absent: {@code documentId}
 */
public record RetrieveBody(
    @NotNull @Size(max = 8192) @Pattern(regexp = "(?s).*\\S.*", message = "must not be blank") String query,
    @NotNull @Size(min = 1, max = 50) List<@NotNull UUID> knowledgeBaseIds, @Nullable @Min(1) @Max(50) Integer topK,
    @Nullable Double scoreThreshold, @Nullable Map<String, @Nullable Object> metadataFilter,
    @Nullable @Valid RetrieverOverride retrieverOverride, @Nullable Boolean rerank,
    @Nullable @Min(1) @Max(50) Integer rerankTopK, @Nullable @Size(min = 1, max = 128) String rerankModel,
    @Nullable @DecimalMin("0") @DecimalMax("1") Double mmrLambda,
    @Nullable @Min(0) @Max(5) Integer contextWindow, @Nullable UUID documentId, @Nullable Boolean explain,
    @Nullable UUID explainDocumentId) {
  private static final int DEFAULT_WINDOW = 1;
  private static final String PUBLIC = "public";

  /** A retriever by name with its parameters. */
  public record RetrieverOverride(@NotNull @Size(min = 1, max = 64) String name,
      @Nullable Map<String, @Nullable Object> params) {
    /** @throws ValidationException where there is no such retriever, or it has no such parameter */
    public Retriever choice() {
      try {
        return Retriever.of(name, params == null ? Map.of() : params);
      } catch (SelfRagException e) {
        throw new ValidationException("body", "retriever_override", e.detail(), "value_error");
      }
    }
  }

  /** Whether what was left out is to be told. */
  public boolean wantsExplanation() {
    return Boolean.TRUE.equals(explain);
  }

  /**
   * The same as a question to the index.
   *
   * @throws ValidationException where fields contradict each other, or ask for what there is not
   */
  public Retrieval.Request toRequest(Caller caller) {
    if (Boolean.FALSE.equals(rerank) && (rerankTopK != null || rerankModel != null)) {
      throw new ValidationException("body", rerankTopK != null ? "rerank_top_k" : "rerank_model",
          "means nothing without rerank", "value_error");
    }
    if (explainDocumentId != null && !wantsExplanation()) {
      throw new ValidationException("body", "explain_document_id", "means nothing without explain", "value_error");
    }
    return new Retrieval.Request(caller.tenantId(), query, knowledgeBaseIds.stream().distinct().toList(),
        caller.scopeKnowledgeBaseIds(), topK, scoreThreshold,
        MetadataFilter.parse(metadataFilter == null ? Map.of() : metadataFilter),
        documentId == null ? List.of() : List.of(documentId),
        retrieverOverride == null ? null : retrieverOverride.choice(),
        contextWindow == null ? DEFAULT_WINDOW : contextWindow, mmrLambda,
        new Retrieval.Rerank(rerank, rerankTopK, rerankModel), viewer(caller), explained());
  }

  /** An admin key reads every document of its tenant; any other reads as the identity it speaks for. */
  public static @Nullable Viewer viewer(Caller caller) {
    if (caller.role() == Role.ADMIN) {
      return null;
    }
    var identity = caller.identity();
    return identity == null
        ? new Viewer(null, List.of(), List.of(), PUBLIC)
        : new Viewer(identity.userId(), identity.roles(), identity.groups(),
            identity.clearance() == null ? PUBLIC : identity.clearance());
  }

  private @Nullable UUID explained() {
    if (!wantsExplanation()) {
      return null;
    }
    return explainDocumentId != null ? explainDocumentId : documentId;
  }
}
