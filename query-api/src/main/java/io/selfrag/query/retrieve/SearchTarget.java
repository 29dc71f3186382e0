package io.selfrag.query.retrieve;

import io.selfrag.embedding.ModelId;
import io.selfrag.vectorstore.CollectionNames;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A knowledge base as a search sees it.
 *
 * @param generation the index generation that is live
 * @param models the generation's models: one, or one for each language
 * @param isolation where its tenant's points are
 * @param retriever what it is searched with unless the request says otherwise, as are the two that follow
 * @param topK results of one search
 * @param scoreThreshold its passages below are left out; {@code null} for none
 * @param hasParents whether its chunks belong to larger passages, whose text hydration shows
 * @param metadataSchema JSON Schema of its documents' metadata; empty if it has none
 */
public record SearchTarget(UUID knowledgeBaseId, int generation, List<LanguageModel> models,
    CollectionNames.Isolation isolation, Retriever retriever, int topK, @Nullable Double scoreThreshold,
    boolean hasParents, Map<String, Object> metadataSchema) {
  /** Results of one search where nobody says anything else. */
  public static final int DEFAULT_TOP_K = 5;

  public SearchTarget {
    models = List.copyOf(models);
  }

  /** The request's retriever, or its own. */
  Retriever retrieverFor(Retrieval.Request request) {
    var wanted = request.retriever();
    return wanted != null ? wanted : retriever;
  }

  /** @param language the chunks that it embeds: {@code en}, {@code zh} or {@code any} */
  public record LanguageModel(String language, ModelId model) {}
}
