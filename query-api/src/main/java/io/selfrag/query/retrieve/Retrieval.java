package io.selfrag.query.retrieve;

import io.selfrag.embedding.ModelId;
import io.selfrag.vectorstore.MetadataCondition;
import io.selfrag.vectorstore.PointFilter.Viewer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A question to the index and its answer. */
public final class Retrieval {
  private Retrieval() {}

  /**
   * @param query 1 to 8192 characters
   * @param knowledgeBaseIds at least one
   * @param scope the only knowledge bases that the caller's key may see; {@code null}: all of the tenant
   * @param topK 1 to 50; {@code null}: the knowledge bases' own
   * @param scoreThreshold passages below it are left out, on the retriever's own scale; {@code null}: the knowledge bases' own
   * @param metadata conditions that all hold of each result's document
   * @param documentIds if not empty, only these documents
   * @param retriever {@code null}: each knowledge base's own
   * @param contextWindow neighbours on either side, 0 to 5
   * @param mmrLambda from 0 (as different as can be) to 1 (by relevance alone); {@code null}: by relevance
   * @param viewer whose document rights apply; {@code null} reads everything of the tenant
   * @param explained a document whose absence is to be explained
   */
  public record Request(UUID tenantId, String query, List<UUID> knowledgeBaseIds, @Nullable Set<UUID> scope,
      @Nullable Integer topK, @Nullable Double scoreThreshold, List<MetadataCondition> metadata, List<UUID> documentIds,
      @Nullable RetrieverChoice retriever, int contextWindow, @Nullable Double mmrLambda, @Nullable Viewer viewer,
      @Nullable UUID explained) {
    public Request {
      knowledgeBaseIds = List.copyOf(knowledgeBaseIds);
      scope = scope == null ? null : Set.copyOf(scope);
      metadata = List.copyOf(metadata);
      documentIds = List.copyOf(documentIds);
    }

    /** The same request by another query. */
    public Request withQuery(String another) {
      return new Request(tenantId, another, knowledgeBaseIds, scope, topK, scoreThreshold, metadata, documentIds,
          retriever,
          contextWindow, mmrLambda, viewer, explained);
    }

    Request withoutMetadata() {
      return new Request(tenantId, query, knowledgeBaseIds, scope, topK, scoreThreshold, List.of(), documentIds,
          retriever,
          contextWindow, mmrLambda, viewer, explained);
    }

    boolean mayTouch(UUID knowledgeBaseId) {
      return scope == null || scope.contains(knowledgeBaseId);
    }
  }

  /** One result, best first. */
  public record Hit(Passage passage, Candidate candidate) {}

  /**
   * @param retrievers those that took part, one of each
   * @param dropped how many hits each reason left out
   * @param stages time spent in each stage
   * @param presence what became of the document that was to be explained; {@code null} if none was
   */
  public record Answer(List<Hit> hits, List<ModelId> models, List<RetrieverChoice> retrievers,
      Map<Hydration.Reason, Long> dropped, Map<String, Duration> stages, @Nullable Presence presence) {
    public Answer {
      hits = List.copyOf(hits);
      models = List.copyOf(models);
      retrievers = List.copyOf(retrievers);
      dropped = Map.copyOf(dropped);
      stages = Map.copyOf(stages);
    }
  }
}
