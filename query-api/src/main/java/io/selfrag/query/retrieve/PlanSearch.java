package io.selfrag.query.retrieve;

import io.selfrag.query.retrieve.Retriever.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Decides what a request comes to: knowledge bases as they are now, and what their retrievers ask beside the question. */
final class PlanSearch {
  private final PassageCatalog catalog;
  private final UnaryOperator<String> languageOf;
  private final ExpandQuestion expand;

  PlanSearch(PassageCatalog catalog, UnaryOperator<String> languageOf, ExpandQuestion expand) {
    this.catalog = catalog;
    this.languageOf = languageOf;
    this.expand = expand;
  }

  /** The first plan, for which the question is expanded once rights are known. */
  SearchPlan first(Retrieval.Request request, StageClock clock) {
    var searched = clock.time("plan", () -> SearchPlan.searched(request, targets(request)));
    var wanted = wanted(request, searched);
    var expansion = wanted.nothing()
        ? Expansion.NONE
        : clock.time("expand", () -> expand.expand(request.query(), wanted));
    return SearchPlan.of(request, searched, languageOf.apply(request.query()), expansion);
  }

  /** A later plan by the same expansion. */
  SearchPlan again(Retrieval.Request request, Expansion expansion, StageClock clock) {
    return clock.time("plan", () -> SearchPlan.of(request, SearchPlan.searched(request, targets(request)),
        languageOf.apply(request.query()), expansion));
  }

  private List<SearchTarget> targets(Retrieval.Request request) {
    return catalog.targets(request.tenantId(), request.knowledgeBaseIds());
  }

  private static ExpandQuestion.Wanted wanted(Retrieval.Request request, List<SearchTarget> searched) {
    int variants = 0;
    int passages = 0;
    Map<UUID, Map<String, Object>> schemas = new HashMap<>();
    for (SearchTarget target : searched) {
      for (Retriever part : target.retrieverFor(request).parts()) {
        variants = Math.max(variants, part.variants());
        passages = Math.max(passages, part.passages());
        if (part.kind() == Kind.SELF_QUERY) {
          schemas.put(target.knowledgeBaseId(), target.metadataSchema());
        }
      }
    }
    return new ExpandQuestion.Wanted(variants, passages, schemas);
  }
}
