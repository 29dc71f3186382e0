package io.selfrag.query.retrieve;

import io.selfrag.embedding.ModelId;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.PointFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;

/**
 * What is asked of one collection: the knowledge bases in it that share a model and a retriever.
 *
 * @param weight how much its list counts beside those of other models: less where the model is for another language than the
 *     question's
 */
record CollectionQuery(CollectionSpec collection, ModelId model, RetrieverChoice retriever, double weight,
    List<PointFilter.Scope> scopes) {
  private static final double OTHER_LANGUAGE_WEIGHT = 0.5;

  CollectionQuery {
    scopes = List.copyOf(scopes);
  }

  /**
   * Groups the targets of a search by collection and retriever.
   *
   * @param language the question's, as models are labelled
   */
  static List<CollectionQuery> of(Retrieval.Request request, List<SearchTarget> targets, String language,
      CollectionRouting routing) {
    record Group(ModelId model, RetrieverChoice retriever, String language) {}
    var groups = new LinkedHashMap<Group, List<PointFilter.Scope>>();
    for (SearchTarget target : targets) {
      var retriever = request.retriever() != null ? request.retriever() : target.retriever();
      for (SearchTarget.LanguageModel model : target.models()) {
        groups.computeIfAbsent(new Group(model.model(), retriever, model.language()), g -> new ArrayList<>())
            .add(new PointFilter.Scope(target.knowledgeBaseId(), target.generation()));
      }
    }
    UUID tenantId = request.tenantId();
    return groups.entrySet().stream().map(entry -> {
      var group = entry.getKey();
      boolean fits = group.language().equals("any") || group.language().equals(language);
      return new CollectionQuery(routing.collectionOf(tenantId, group.model()), group.model(), group.retriever(),
          fits ? 1 : OTHER_LANGUAGE_WEIGHT, entry.getValue());
    }).toList();
  }
}
