package io.selfrag.query.retrieve;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What one request comes to, given its knowledge bases as they are now.
 *
 * @param knowledgeBaseIds those that are searched
 * @param thresholds lowest score of each knowledge base that has one
 * @param bases what is searched, with the retriever of each
 * @param expansion what is asked beside the question
 */
record SearchPlan(List<UUID> knowledgeBaseIds, List<CollectionQuery> queries, int topK, Map<UUID, Double> thresholds,
    List<Searched> bases, Expansion expansion) {
  /** More hits than asked for are judged, since some may turn out not to exist. */
  private static final int SPARE_HITS = 12;
  private static final int USUAL_HITS = 100;

  /**
   * A knowledge base and how it is searched.
   *
   * @param hasParents as {@link SearchTarget} has it
   */
  record Searched(UUID id, Retriever retriever, boolean hasParents) {
    /** Neighbours on either side of its hits: what the request wants to see, and what parents are made of. */
    int neighbours(Retrieval.Request request) {
      return Math.max(request.contextWindow(), hasParents ? 0 : retriever.window());
    }
  }

  /**
   * What the request may search.
   *
   * @param targets the tenant's knowledge bases among those that the request names
   * @throws SelfRagException {@code KB_NOT_FOUND} if the tenant lacks one; else {@code NO_PERMISSION} if the key's scope holds
   *     none, while what it does not hold beside others is absent
   */
  static List<SearchTarget> searched(Retrieval.Request request, List<SearchTarget> targets) {
    var found = new HashSet<UUID>();
    targets.forEach(it -> found.add(it.knowledgeBaseId()));
    var missing = request.knowledgeBaseIds().stream().filter(id -> !found.contains(id)).toList();
    if (!missing.isEmpty()) {
      throw SelfRagException.missing(ErrorCode.KB_NOT_FOUND,
          "knowledge base " + missing.getFirst() + " does not exist", missing);
    }
    // The database gives them in no order, and what the answer names is to be in the request's.
    var searched = targets.stream().filter(it -> request.mayTouch(it.knowledgeBaseId()))
        .sorted(Comparator.comparingInt(it -> request.knowledgeBaseIds().indexOf(it.knowledgeBaseId()))).toList();
    if (searched.isEmpty()) {
      throw new SelfRagException(ErrorCode.NO_PERMISSION, "this key may read none of the named knowledge bases");
    }
    return searched;
  }

  /** @param searched what the request may search */
  static SearchPlan of(Retrieval.Request request, List<SearchTarget> searched, String language, Expansion expansion) {
    var thresholds = new HashMap<UUID, Double>();
    for (SearchTarget target : searched) {
      var threshold = request.scoreThreshold() == null ? target.scoreThreshold() : request.scoreThreshold();
      if (threshold != null) {
        thresholds.put(target.knowledgeBaseId(), threshold);
      }
    }
    int wanted = searched.stream().mapToInt(SearchTarget::topK).max().orElse(SearchTarget.DEFAULT_TOP_K);
    return new SearchPlan(searched.stream().map(SearchTarget::knowledgeBaseId).toList(),
        CollectionQuery.of(request, searched, language, expansion), request.topK() == null ? wanted : request.topK(),
        thresholds,
        searched.stream().map(it -> new Searched(it.knowledgeBaseId(), it.retrieverFor(request), it.hasParents()))
            .toList(),
        expansion);
  }

  Map<UUID, Searched> searchedById() {
    return bases.stream().collect(Collectors.toMap(Searched::id, Function.identity()));
  }

  /** Whether chunks are to be replaced by larger passages, so that fewer are left. */
  boolean makesParents() {
    return bases.stream().anyMatch(it -> it.retriever().kind() == Retriever.Kind.PARENT_DOCUMENT);
  }

  /** Whether a question's time is to be heeded in some knowledge base. */
  boolean heedsPeriod() {
    return bases.stream().anyMatch(it -> it.retriever().legs().period());
  }

  /** Most neighbours on either side that any of the knowledge bases shows or makes parents of. */
  int widest(Retrieval.Request request) {
    return bases.stream().mapToInt(it -> it.neighbours(request)).max().orElse(request.contextWindow());
  }

  /** Whether the score is one that its knowledge base shows. */
  boolean admits(Candidate candidate) {
    var threshold = thresholds.get(candidate.knowledgeBaseId());
    return threshold == null || candidate.score() >= threshold;
  }

  /** Hits asked of each leg: the retriever's own, and what {@code top_k} needs; deeper looks show a retriever as requests have it. */
  int legHits(RetrieverChoice retriever) {
    return Math.max(retriever.candidates(), Math.min(firstJudged(), USUAL_HITS));
  }

  /** Hits that are judged at first. */
  int firstJudged() {
    return topK + SPARE_HITS;
  }
}
