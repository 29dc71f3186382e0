package io.selfrag.query.retrieve;

import io.selfrag.embedding.ModelId;
import io.selfrag.vectorstore.CollectionNames;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.MetadataCondition;
import io.selfrag.vectorstore.PointFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What is asked of one collection: the knowledge bases in it that share a model and a way of asking.
 *
 * @param weight how much its list counts beside those of other strands, as the retriever weighs them
 * @param isForeign whether the model is for another language than the question's, so that its list counts less
 * @param conditions beside those of the request
 */
record CollectionQuery(CollectionSpec collection, ModelId model, RetrieverChoice retriever, Wording wording,
    List<MetadataCondition> conditions, double weight, boolean isForeign, List<PointFilter.Scope> scopes) {
  private static final String ANY_LANGUAGE = "any";

  CollectionQuery {
    conditions = List.copyOf(conditions);
    scopes = List.copyOf(scopes);
  }

  /**
   * Groups the targets of a search by collection and strand of their retrievers.
   *
   * @param language the question's, as models are labelled
   */
  static List<CollectionQuery> of(Retrieval.Request request, List<SearchTarget> targets, String language,
      Expansion expansion) {
    record Group(CollectionSpec collection, ModelId model, String language, Strand strand) {}
    var groups = new LinkedHashMap<Group, List<PointFilter.Scope>>();
    for (SearchTarget target : targets) {
      for (Strand strand : Strand.of(target.retrieverFor(request), request.query(), expansion,
          target.knowledgeBaseId())) {
        for (SearchTarget.LanguageModel labelled : target.models()) {
          var model = labelled.model();
          var collection = CollectionNames.of(request.tenantId(), model.model(), model.dimension(), target.isolation());
          groups.computeIfAbsent(new Group(collection, model, labelled.language(), strand), _ -> new ArrayList<>())
              .add(new PointFilter.Scope(target.knowledgeBaseId(), target.generation()));
        }
      }
    }
    return groups.entrySet().stream().map(entry -> {
      var group = entry.getKey();
      var strand = group.strand();
      boolean fits = group.language().equals(ANY_LANGUAGE) || group.language().equals(language);
      return new CollectionQuery(group.collection(), group.model(), strand.legs(), strand.wording(),
          strand.conditions(), strand.weight(), !fits, entry.getValue());
    }).toList();
  }

  /** Whether both ask the same of collections of two languages. */
  boolean asksTheSameAs(CollectionQuery other) {
    return retriever.equals(other.retriever) && wording.equals(other.wording) && conditions.equals(other.conditions);
  }
}
