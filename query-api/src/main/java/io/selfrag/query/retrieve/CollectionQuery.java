package io.selfrag.query.retrieve;

import io.selfrag.embedding.ModelId;
import io.selfrag.vectorstore.CollectionNames;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.PointFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What is asked of one collection: the knowledge bases in it that share a model and a retriever.
 *
 * @param weight how much its list counts beside those of other models: less where the model is for another language than the
 *     question's
 */
record CollectionQuery(CollectionSpec collection, ModelId model, RetrieverChoice retriever, double weight,
    List<PointFilter.Scope> scopes) {
  private static final double OTHER_LANGUAGE_WEIGHT = 0.5;
  private static final String ANY_LANGUAGE = "any";

  CollectionQuery {
    scopes = List.copyOf(scopes);
  }

  /**
   * Groups the targets of a search by collection and retriever.
   *
   * @param language the question's, as models are labelled
   */
  static List<CollectionQuery> of(Retrieval.Request request, List<SearchTarget> targets, String language) {
    record Group(CollectionSpec collection, ModelId model, RetrieverChoice retriever, String language) {}
    var groups = new LinkedHashMap<Group, List<PointFilter.Scope>>();
    for (SearchTarget target : targets) {
      var retriever = request.retriever() != null ? request.retriever() : target.retriever();
      for (SearchTarget.LanguageModel labelled : target.models()) {
        var model = labelled.model();
        var collection = CollectionNames.of(request.tenantId(), model.model(), model.dimension(), target.isolation());
        groups
            .computeIfAbsent(new Group(collection, model, retriever, labelled.language()), _ -> new ArrayList<>())
            .add(new PointFilter.Scope(target.knowledgeBaseId(), target.generation()));
      }
    }
    return groups.entrySet().stream().map(entry -> {
      var group = entry.getKey();
      boolean fits = group.language().equals(ANY_LANGUAGE) || group.language().equals(language);
      return new CollectionQuery(group.collection(), group.model(), group.retriever(), fits ? 1 : OTHER_LANGUAGE_WEIGHT,
          entry.getValue());
    }).toList();
  }
}
