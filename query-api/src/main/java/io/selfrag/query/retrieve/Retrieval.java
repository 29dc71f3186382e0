package io.selfrag.query.retrieve;

import io.selfrag.embedding.ModelId;
import io.selfrag.generation.rerank.RerankerId;
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
   * @param rerank what is wanted of a reranker
   * @param viewer whose document rights apply; {@code null} reads everything of the tenant
   * @param explained a document whose absence is to be explained
   */
  public record Request(UUID tenantId, String query, List<UUID> knowledgeBaseIds, @Nullable Set<UUID> scope,
      @Nullable Integer topK, @Nullable Double scoreThreshold, List<MetadataCondition> metadata, List<UUID> documentIds,
      @Nullable Retriever retriever, int contextWindow, @Nullable Double mmrLambda, Rerank rerank,
      @Nullable Viewer viewer, @Nullable UUID explained) {
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
          contextWindow, mmrLambda, rerank, viewer, explained);
    }

    Request withoutMetadata() {
      return new Request(tenantId, query, knowledgeBaseIds, scope, topK, scoreThreshold, List.of(), documentIds,
          retriever,
          contextWindow, mmrLambda, rerank, viewer, explained);
    }

    boolean mayTouch(UUID knowledgeBaseId) {
      return scope == null || scope.contains(knowledgeBaseId);
    }
  }

  /**
   * What a request wants of a reranker.
   *
   * @param wanted {@code null}: as the retriever and the deployment have it
   * @param topK the best hits that are looked at; {@code null}: as the deployment has it
   * @param model another that the deployment offers; {@code null}: the usual one
   */
  public record Rerank(@Nullable Boolean wanted, @Nullable Integer topK, @Nullable String model) {
    /** As the retriever and the deployment have it. */
    public static final Rerank USUAL = new Rerank(null, null, null);
    /** On no account. */
    public static final Rerank NEVER = new Rerank(false, null, null);
  }

  /**
   * One result, best first.
   *
   * @param rerank score of the reranker, 0 to 1; {@code null} if it did not look at it
   * @param ofAnotherTime whether its document is of another time than the question asks about, and counts half for that
   */
  public record Hit(Passage passage, Candidate candidate, @Nullable Double rerank, boolean ofAnotherTime) {
    private static final double ANOTHER_TIME = 0.5;

    public Hit(Passage passage, Candidate candidate) {
      this(passage, candidate, null, false);
    }

    /** What it is ranked by. */
    public double score() {
      return rerank != null ? rerank : ofAnotherTime ? ANOTHER_TIME * candidate.score() : candidate.score();
    }

    Hit withRerank(double score) {
      return new Hit(passage, candidate, score, ofAnotherTime);
    }

    Hit inAnotherTime() {
      return new Hit(passage, candidate, rerank, true);
    }
  }

  /**
   * What took part beside the index.
   *
   * @param reranker whose order it is; {@code null}: the fusion's
   * @param notes what did not go as asked, for a person
   * @param rerankFailed whether a reranker was asked in vain
   */
  public record Working(Expansion expansion, @Nullable RerankerId reranker, List<String> notes,
      boolean rerankFailed) {
    public Working {
      notes = List.copyOf(notes);
    }
  }

  /**
   * @param retrievers those that took part, one of each
   * @param dropped how many hits each reason left out
   * @param stages time spent in each stage
   * @param presence what became of the document that was to be explained; {@code null} if none was
   */
  public record Answer(List<Hit> hits, List<ModelId> models, List<Retriever> retrievers,
      Map<Hydration.Reason, Long> dropped, Map<String, Duration> stages, @Nullable Presence presence,
      Working working) {
    public Answer {
      hits = List.copyOf(hits);
      models = List.copyOf(models);
      retrievers = List.copyOf(retrievers);
      dropped = Map.copyOf(dropped);
      stages = Map.copyOf(stages);
    }
  }
}
