package io.selfrag.query.retrieve;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Answers a question with live passages. The index proposes, PostgreSQL decides: a hit whose version was replaced since the
 * index saw it triggers one more search restricted to its document, and the last judgement of all hits is one snapshot, so that
 * an answer never mixes two versions (S18). Blocking; safe for concurrent callers.
 */
public final class RetrievePassages {
  private static final int MAX_RENEWALS = 2;
  private static final int MOST_JUDGED = 1000;
  /** Results among which diversity and the time that is asked about choose, and of which parents are made. */
  private static final int POOL = 50;

  private final PassageCatalog catalog;
  private final SearchLegs legs;
  private final ExplainPresence explain;
  private final LearnFromHits learning;
  private final PlanSearch planning;
  private final RerankPassages reranking;

  /**
   * @param languageOf the language of a question, as models are labelled
   */
  public RetrievePassages(PassageCatalog catalog, SearchLegs legs, UnaryOperator<String> languageOf,
      ExpandQuestion expand, Rerankers rerankers) {
    this.catalog = catalog;
    this.legs = legs;
    this.explain = new ExplainPresence(catalog, legs);
    this.learning = new LearnFromHits(catalog, legs);
    this.planning = new PlanSearch(catalog, languageOf, expand);
    this.reranking = new RerankPassages(rerankers);
  }

  /** Everything that is known of a request after its last search. */
  record Outcome(SearchPlan plan, SearchLegs.Found found, List<Candidate> ranked, List<Candidate> admitted,
      Judgement judged) {}

  /** A request with what was made of its question and what is to follow the search. */
  private record Asked(Retrieval.Request request, Expansion expansion, RerankPassages.Plan rerank) {}

  /**
   * Retrieves passages, best first.
   *
   * @throws SelfRagException {@code KB_NOT_FOUND} if the tenant lacks one of the knowledge bases, {@code NO_PERMISSION} if the
   *     caller may read nothing in any of them; transient codes if a store or a model is away
   */
  public Retrieval.Answer retrieve(Retrieval.Request request) {
    var clock = new StageClock();
    var first = planning.first(request, clock);
    var rerank = reranking.plan(request.rerank(), first.bases().stream().anyMatch(it -> it.retriever().reranks()));
    var asked = new Asked(request, first.expansion(), rerank);
    var outcome = settle(asked, first, clock);
    if (outcome.judged().live() == 0 && !asked.expansion().filters().isEmpty()) {
      asked = new Asked(request, asked.expansion().withoutFilters(), rerank);
      outcome = settle(asked, planning.again(request, asked.expansion(), clock), clock);
    }
    return answer(asked, outcome, clock);
  }

  private Retrieval.Answer answer(Asked asked, Outcome outcome, StageClock clock) {
    var request = asked.request();
    var plan = outcome.plan();
    var live = AskedTime.heeded(request.query(),
        Parents.of(live(request, outcome), plan.searchedById()), plan.searchedById());
    var reranked = asked.rerank().reranker() == null
        ? reranking.rerank(asked.rerank(), request.query(), live, plan.topK())
        : clock.time("rerank", () -> reranking.rerank(asked.rerank(), request.query(), live, plan.topK()));
    var ordered = reranked.hits();
    var hits = request.mmrLambda() == null
        ? ordered.subList(0, Math.min(ordered.size(), plan.topK()))
        : diverse(request, ordered, request.mmrLambda(), plan.topK(), clock);
    if (hits.isEmpty()) {
      requireSomethingReadable(request, plan);
    }
    var named = request.explained();
    return new Retrieval.Answer(hits, plan.queries().stream().map(CollectionQuery::model).distinct().toList(),
        plan.bases().stream().map(SearchPlan.Searched::retriever).distinct().toList(), outcome.judged().dropped(),
        clock.stages(), named == null ? null : explain.explain(request, named, outcome, hits),
        working(asked.expansion(), reranked));
  }

  private static Retrieval.Working working(Expansion expansion, RerankPassages.Outcome reranked) {
    var notes = new ArrayList<>(expansion.notes());
    var note = reranked.note();
    if (note != null) {
      notes.add(note);
    }
    var reranker = reranked.reranker();
    return new Retrieval.Working(expansion, reranker == null ? null : reranker.id(), notes, reranked.failed());
  }

  /** Searches until PostgreSQL confirms enough of what was found, within bounds. */
  private Outcome settle(Asked asked, SearchPlan first, StageClock clock) {
    var request = asked.request();
    var plan = first;
    var found = learning.learned(request, plan, legs.search(request, plan, clock), clock);
    int renewals = 0;
    while (true) {
      var current = plan;
      var ranked = fused(found);
      var admitted = ranked.stream().filter(current::admits).toList();
      var judged = clock.time("hydrate", () -> judge(asked, current, admitted));
      var superseded = judged.documentsOf(Hydration.Reason.SUPERSEDED);
      if (!superseded.isEmpty() && renewals < MAX_RENEWALS) {
        renewals++;
        plan = planning.again(request, asked.expansion(), clock);
        found = plan.queries().equals(current.queries())
            ? legs.renew(request, found, superseded, clock)
            : learning.learned(request, plan, legs.search(request, plan, clock), clock);
      } else if (judged.live() < plan.topK() && judged.droppedAny() && found.mayHoldMore()) {
        found = legs.deepen(request, found, clock);
      } else {
        return new Outcome(plan, found, ranked, admitted, judged);
      }
    }
  }

  private static List<Candidate> fused(SearchLegs.Found found) {
    return Fusion.ofLists(found.results().entrySet().stream().map(entry -> new Fusion.WeightedList(
        Fusion.ofLegs(entry.getValue(), entry.getKey().retriever()),
        found.weights().getOrDefault(entry.getKey(), entry.getKey().weight()))).toList());
  }

  /** Judges the best hits; all that there are, still in one snapshot, where too few of them exist. */
  private Judgement judge(Asked asked, SearchPlan plan, List<Candidate> admitted) {
    var request = asked.request();
    boolean wide = request.mmrLambda() != null || plan.makesParents() || AskedTime.matters(request.query(), plan);
    int least = Math.max(plan.firstJudged(), Math.max(asked.rerank().pool(), wide ? POOL : 0));
    int first = Math.min(admitted.size(), least);
    var judged = hydrated(request, plan, admitted.subList(0, first));
    return judged.live() < plan.topK() && first < admitted.size()
        ? hydrated(request, plan, admitted.subList(0, Math.min(admitted.size(), MOST_JUDGED)))
        : judged;
  }

  private Judgement hydrated(Retrieval.Request request, SearchPlan plan, List<Candidate> hits) {
    return new Judgement(hits.isEmpty()
        ? List.of()
        : catalog.hydrate(request.tenantId(), plan.knowledgeBaseIds(), hits, plan.widest(request),
            request.viewer()));
  }

  /** The live hits, each with as many neighbours as its own knowledge base asks for. */
  private static List<Retrieval.Hit> live(Retrieval.Request request, Outcome outcome) {
    var bases = outcome.plan().searchedById();
    return outcome.judged().hits(outcome.admitted()).stream().map(hit -> {
      var base = bases.get(hit.passage().knowledgeBaseId());
      int neighbours = base == null ? request.contextWindow() : base.neighbours(request);
      return new Retrieval.Hit(hit.passage().within(neighbours), hit.candidate());
    }).toList();
  }

  private List<Retrieval.Hit> diverse(Retrieval.Request request, List<Retrieval.Hit> live, double lambda, int count,
      StageClock clock) {
    var pool = live.subList(0, Math.min(live.size(), POOL));
    if (pool.isEmpty()) {
      return pool;
    }
    return clock.time("diversify", () -> {
      var vectors = catalog.vectors(request.tenantId(), pool.stream().map(it -> it.passage().chunkId()).toList());
      if (vectors.isEmpty()) {
        throw new SelfRagException(ErrorCode.VALIDATION_ERROR,
            "mmr_lambda compares stored vectors, and this deployment does not keep them (KEEP_VECTORS)");
      }
      return Diversity.choose(pool, vectors, lambda, count);
    });
  }

  /** What is forbidden is absent, unless it is everything: then saying so gives nothing away that a key's owner cannot ask. */
  private void requireSomethingReadable(Retrieval.Request request, SearchPlan plan) {
    var viewer = request.viewer();
    if (viewer != null && catalog.nothingReadable(request.tenantId(), plan.knowledgeBaseIds(), viewer)) {
      throw new SelfRagException(ErrorCode.NO_PERMISSION,
          "this key may read no document of the named knowledge bases");
    }
  }
}
