package io.selfrag.query.retrieve;

import io.selfrag.embedding.ModelId;
import io.selfrag.vectorstore.MetadataCondition;
import io.selfrag.vectorstore.PointFilter.Viewer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A question to the index and its answer. */
public final class Retrieval {
  private Retrieval() {}

  /**
   * @param query 1 to 8192 characters
   * @param knowledgeBaseIds those the caller's key may see, at least one
   * @param topK 1 to 50
   * @param scoreThreshold passages below it are left out; on the retriever's own scale
   * @param retriever {@code null}: each knowledge base's own
   * @param contextWindow neighbours on either side, 0 to 5
   * @param viewer whose document rights apply; {@code null} reads everything of the tenant
   */
  public record Request(UUID tenantId, String query, List<UUID> knowledgeBaseIds, int topK,
      @Nullable Double scoreThreshold, List<MetadataCondition> metadata, List<UUID> documentIds,
      @Nullable RetrieverChoice retriever, int contextWindow, @Nullable Viewer viewer) {
    public Request {
      knowledgeBaseIds = List.copyOf(knowledgeBaseIds);
      metadata = List.copyOf(metadata);
      documentIds = List.copyOf(documentIds);
    }
  }

  /** One result, best first. */
  public record Hit(Passage passage, Candidate candidate) {}

  /**
   * @param dropped how many hits each reason left out
   * @param stageMillis time spent in each stage: embed, search, hydrate
   */
  public record Answer(List<Hit> hits, List<ModelId> models, RetrieverChoice retriever,
      Map<Hydration.Reason, Long> dropped, Map<String, Long> stageMillis) {
    public Answer {
      hits = List.copyOf(hits);
      models = List.copyOf(models);
      dropped = Map.copyOf(dropped);
      stageMillis = Map.copyOf(stageMillis);
    }
  }
}
