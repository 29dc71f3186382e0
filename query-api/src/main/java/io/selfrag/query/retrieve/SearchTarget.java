package io.selfrag.query.retrieve;

import io.selfrag.embedding.ModelId;
import java.util.List;
import java.util.UUID;

/**
 * A knowledge base as a search sees it.
 *
 * @param generation the index generation that is live
 * @param models the generation's models: one, or one for each language
 * @param revision raised by every change of what is visible in it
 * @param retriever what the knowledge base searches with unless the request says otherwise
 */
public record SearchTarget(UUID knowledgeBaseId, int generation, List<LanguageModel> models, long revision,
    RetrieverChoice retriever) {
  public SearchTarget {
    models = List.copyOf(models);
  }

  /** @param language the chunks that it embeds: {@code en}, {@code zh} or {@code any} */
  public record LanguageModel(String language, ModelId model) {}
}
