package io.selfrag.query.retrieve;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Answers a question with live passages. The index proposes, PostgreSQL decides: a hit whose version was replaced since the
 * index saw it triggers one more search restricted to its document, and the last judgement of all hits is one snapshot, so that
 * an answer never mixes two versions (S18). Blocking; safe for concurrent callers.
 */
public final class RetrievePassages {
  private static final int MAX_RENEWALS = 2;
  private static final int MOST_JUDGED = 1000;
  /** Results among which diversity chooses. */
  private static final int DIVERSITY_POOL = 50;

  private final PassageCatalog catalog;
  private final SearchLegs legs;
  private final ExplainPresence explain;
  private final UnaryOperator<String> languageOf;

  /**
   * @param languageOf the language of a question, as models are labelled
   */
  public RetrievePassages(PassageCatalog catalog, SearchLegs legs, UnaryOperator<String> languageOf) {
    this.catalog = catalog;
    this.legs = legs;
    this.explain = new ExplainPresence(catalog, legs);
    this.languageOf = languageOf;
  }

  /** Everything that is known of a request after its last search. */
  record Outcome(SearchPlan plan, SearchLegs.Found found, List<Candidate> ranked, List<Candidate> admitted,
      Judgement judged) {}

  /**
   * Retrieves passages, best first.
   *
   * @throws SelfRagException {@code KB_NOT_FOUND} if the tenant lacks one of the knowledge bases, {@code NO_PERMISSION} if the
   *     caller may read nothing in any of them; transient codes if a store or a model is away
   */
  public Retrieval.Answer retrieve(Retrieval.Request request) {
    var clock = new StageClock();
    var outcome = settle(request, clock);
    var plan = outcome.plan();
    var live = outcome.judged().hits(outcome.admitted());
    var hits = request.mmrLambda() == null
        ? live.subList(0, Math.min(live.size(), plan.topK()))
        : diverse(request, live, request.mmrLambda(), plan.topK(), clock);
    if (hits.isEmpty()) {
      requireSomethingReadable(request, plan);
    }
    var named = request.explained();
    return new Retrieval.Answer(hits, plan.queries().stream().map(CollectionQuery::model).distinct().toList(),
        plan.queries().stream().map(CollectionQuery::retriever).distinct().toList(), outcome.judged().dropped(),
        clock.stages(), named == null ? null : explain.explain(request, named, outcome, hits));
  }

  /** Searches until PostgreSQL confirms enough of what was found, within bounds. */
  private Outcome settle(Retrieval.Request request, StageClock clock) {
    var plan = plan(request, clock);
    var found = learned(request, plan, legs.search(request, plan, clock), clock);
    int renewals = 0;
    while (true) {
      var current = plan;
      var ranked = fused(found);
      var admitted = ranked.stream().filter(current::admits).toList();
      var judged = clock.time("hydrate", () -> judge(request, current, admitted));
      var superseded = judged.documentsOf(Hydration.Reason.SUPERSEDED);
      if (!superseded.isEmpty() && renewals < MAX_RENEWALS) {
        renewals++;
        plan = plan(request, clock);
        found = plan.queries().equals(current.queries())
            ? legs.renew(request, found, superseded, clock)
            : learned(request, plan, legs.search(request, plan, clock), clock);
      } else if (judged.live() < plan.topK() && judged.droppedAny() && found.mayHoldMore()) {
        found = legs.deepen(request, found, clock);
      } else {
        return new Outcome(plan, found, ranked, admitted, judged);
      }
    }
  }

  /** Searches again by what the first hits teach, where a retriever asks for it. Only what the caller may read teaches. */
  private SearchLegs.Found learned(Retrieval.Request request, SearchPlan plan, SearchLegs.Found found,
      StageClock clock) {
    var teachers = new LinkedHashMap<CollectionQuery, List<Candidate>>();
    found.results().forEach((query, result) -> {
      if (query.retriever().feedback()) {
        var best = Fusion.ofLegs(result, query.retriever());
        teachers.put(query, best.subList(0, Math.min(best.size(), Feedback.PASSAGES)));
      }
    });
    var learnt = clock.time("learn", () -> learn(request, plan, found, teachers));
    return learnt.isEmpty() ? found : legs.again(request, found, learnt, clock);
  }

  private Map<CollectionQuery, SearchLegs.Question> learn(Retrieval.Request request, SearchPlan plan,
      SearchLegs.Found found, Map<CollectionQuery, List<Candidate>> teachers) {
    var all = teachers.values().stream().flatMap(List::stream).toList();
    if (all.isEmpty()) {
      return Map.of();
    }
    var passages = new HashMap<UUID, Passage>();
    catalog.hydrate(request.tenantId(), plan.knowledgeBaseIds(), all, 0, request.viewer()).forEach(it -> {
      if (it instanceof Hydration.Live live) {
        passages.put(live.chunkId(), live.passage());
      }
    });
    var vectors = catalog.vectors(request.tenantId(), passages.keySet());
    var learnt = new LinkedHashMap<CollectionQuery, SearchLegs.Question>();
    teachers.forEach((query, best) -> {
      var lessons = lessons(best, passages, vectors);
      var question = found.questions().get(query);
      if (question != null && !lessons.isEmpty()) {
        var vector = question.vector();
        var words = question.words();
        learnt.put(query, SearchLegs.Question.of(vector == null ? null : Feedback.vector(vector, lessons),
            words == null ? null : Feedback.words(words, lessons)));
      }
    });
    return learnt;
  }

  private static List<Feedback.Lesson> lessons(List<Candidate> best, Map<UUID, Passage> passages,
      Map<UUID, float[]> vectors) {
    var live = best.stream().filter(it -> passages.containsKey(it.chunkId())).toList();
    double[] weights = Feedback.weights(live.stream().map(Candidate::score).toList());
    var lessons = new ArrayList<Feedback.Lesson>();
    for (int i = 0; i < weights.length; i++) {
      var id = live.get(i).chunkId();
      var passage = passages.get(id);
      if (passage != null) {
        lessons.add(new Feedback.Lesson(weights[i], passage.title() + "\n" + passage.text(), vectors.get(id)));
      }
    }
    return lessons;
  }

  private SearchPlan plan(Retrieval.Request request, StageClock clock) {
    return clock.time("plan", () -> SearchPlan.of(request,
        catalog.targets(request.tenantId(), request.knowledgeBaseIds()), languageOf.apply(request.query())));
  }

  private static List<Candidate> fused(SearchLegs.Found found) {
    return Fusion.ofLists(found.results().entrySet().stream().map(entry -> new Fusion.WeightedList(
        Fusion.ofLegs(entry.getValue(), entry.getKey().retriever()), entry.getKey().weight())).toList());
  }

  /** Judges the best hits; all that there are, still in one snapshot, where too few of them exist. */
  private Judgement judge(Retrieval.Request request, SearchPlan plan, List<Candidate> admitted) {
    int least = request.mmrLambda() == null ? plan.firstJudged() : Math.max(plan.firstJudged(), DIVERSITY_POOL);
    int first = Math.min(admitted.size(), least);
    var judged = hydrated(request, plan, admitted.subList(0, first));
    return judged.live() < plan.topK() && first < admitted.size()
        ? hydrated(request, plan, admitted.subList(0, Math.min(admitted.size(), MOST_JUDGED)))
        : judged;
  }

  private Judgement hydrated(Retrieval.Request request, SearchPlan plan, List<Candidate> hits) {
    return new Judgement(hits.isEmpty()
        ? List.of()
        : catalog.hydrate(request.tenantId(), plan.knowledgeBaseIds(), hits, request.contextWindow(),
            request.viewer()));
  }

  private List<Retrieval.Hit> diverse(Retrieval.Request request, List<Retrieval.Hit> live, double lambda, int count,
      StageClock clock) {
    var pool = live.subList(0, Math.min(live.size(), DIVERSITY_POOL));
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
