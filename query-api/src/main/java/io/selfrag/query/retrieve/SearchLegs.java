package io.selfrag.query.retrieve;

import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.ModelId;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.vectorstore.PointFilter;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.SearchResult;
import io.selfrag.vectorstore.analysis.WordQuery;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks the index: models and collections side by side, and the BM25 legs while the question is being embedded. Blocking; safe for
 * concurrent callers.
 */
public final class SearchLegs {
  private static final int MOST_HITS = 1000;
  private static final int DEEPER = 4;

  private final IndexSearch index;
  private final Function<ModelId, Embedder> embedders;
  private final Executor threads;
  private final TimeLimits limits;

  /**
   * @param embedders the configured model of an id; {@code MODEL_UNAVAILABLE} where it is not configured
   * @param threads on which legs run; not those that wait for them
   */
  public SearchLegs(IndexSearch index, Function<ModelId, Embedder> embedders, Executor threads, TimeLimits limits) {
    this.index = index;
    this.embedders = embedders;
    this.threads = threads;
    this.limits = limits;
  }

  /**
   * The question as one collection is asked it; a leg that its retriever lacks is {@code null}.
   *
   * @param vector by the collection's model
   */
  record Question(float @Nullable [] vector, @Nullable WordQuery words) {
    static Question of(float @Nullable [] vector, @Nullable WordQuery words) {
      return new Question(vector, words);
    }

    Question only(Leg leg) {
      return new Question(leg == Leg.BM25 ? null : vector, leg == Leg.DENSE ? null : words);
    }
  }

  /** What is embedded, by which model; once, however many searches need it. */
  private record Meaning(ModelId model, String text, boolean isPassage) {
    static Meaning of(CollectionQuery query) {
      return new Meaning(query.model(), query.wording().meaning(), query.wording().isPassage());
    }
  }

  /**
   * What the index proposes.
   *
   * @param limits hits asked of each leg of each collection
   * @param weights how much each list counts, as the question's own words were found
   * @param asked the index as it was asked; a search that follows from these hits asks the same, one that doubts them does not
   */
  record Found(Map<CollectionQuery, Question> questions, Map<CollectionQuery, SearchResult> results,
      Map<CollectionQuery, Integer> limits, Map<CollectionQuery, Double> weights, IndexSearch asked) {
    /** Whether a leg gave as many hits as it was asked for, and may be asked for more. */
    boolean mayHoldMore() {
      return results.entrySet().stream().anyMatch(it -> {
        int limit = limits.getOrDefault(it.getKey(), MOST_HITS);
        return limit < MOST_HITS
            && Math.max(it.getValue().dense().size(), it.getValue().bm25().size()) >= limit;
      });
    }
  }

  /** The first search of a plan. */
  Found search(Retrieval.Request request, SearchPlan plan, StageClock clock) {
    var now = during(request, plan.queries());
    var wanted = new LinkedHashMap<CollectionQuery, Integer>();
    plan.queries().forEach(it -> wanted.put(it, plan.legHits(it.retriever())));
    var embedding = new LinkedHashMap<Meaning, SideWork<float[]>>();
    for (CollectionQuery query : plan.queries()) {
      if (query.retriever().hasDense()) {
        embedding.computeIfAbsent(Meaning.of(query), meaning -> SideWork.start(threads, () -> embed(meaning)));
      }
    }
    var asked = new LinkedHashMap<CollectionQuery, Question>();
    plan.queries().forEach(
        it -> asked.put(it, Question.of(null, it.retriever().hasBm25() ? WordQuery.of(it.wording().words()) : null)));
    var texts = legs(now, request, wanted, asked, request.documentIds(), Leg.BM25);
    var vectors = new HashMap<Meaning, float[]>();
    embedding.forEach((meaning, work) -> vectors.put(meaning, clock.time("embed", () -> work.await(limits.embed(),
        ErrorCode.MODEL_UNAVAILABLE, "the embedding model did not answer"))));
    asked.replaceAll((query, question) -> query.retriever().hasDense()
        ? Question.of(vectors.get(Meaning.of(query)), question.words())
        : question);
    var nearest = legs(now, request, wanted, asked, request.documentIds(), Leg.DENSE);
    return clock.time("search", () -> {
      var results = merged(await(nearest), await(texts));
      return new Found(asked, results, wanted, Languages.weights(results), now);
    });
  }

  /** Searches again with the questions that were learnt from the first hits. */
  Found again(Retrieval.Request request, Found before, Map<CollectionQuery, Question> learnt, StageClock clock) {
    return clock.time("search", () -> {
      var questions = new LinkedHashMap<>(before.questions());
      questions.putAll(learnt);
      var wanted = new LinkedHashMap<CollectionQuery, Integer>();
      learnt.keySet().forEach(it -> wanted.put(it, before.limits().getOrDefault(it, MOST_HITS)));
      var results = new LinkedHashMap<>(before.results());
      var nearest = legs(before.asked(), request, wanted, questions, request.documentIds(), Leg.DENSE);
      var texts = legs(before.asked(), request, wanted, questions, request.documentIds(), Leg.BM25);
      results.putAll(merged(await(nearest), await(texts)));
      return new Found(questions, results, before.limits(), before.weights(), before.asked());
    });
  }

  /** Searches again for some documents only and puts their new hits in the place of the old ones. */
  Found renew(Retrieval.Request request, Found before, Set<UUID> documents, StageClock clock) {
    return clock.time("search", () -> {
      var now = during(request, before.questions().keySet());
      var fresh = await(legs(now, request, before.limits(), before.questions(), documents, Leg.BOTH));
      var renewed = new LinkedHashMap<CollectionQuery, SearchResult>();
      before.results().forEach((query, old) -> {
        var found = fresh.getOrDefault(query, new SearchResult(List.of(), List.of()));
        renewed.put(query, new SearchResult(replaced(old.dense(), found.dense(), documents),
            replaced(old.bm25(), found.bm25(), documents)));
      });
      return new Found(before.questions(), renewed, before.limits(), before.weights(), now);
    });
  }

  /** Searches again for more hits of each leg, since too many of the first do not exist. */
  Found deepen(Retrieval.Request request, Found before, StageClock clock) {
    var more = new LinkedHashMap<CollectionQuery, Integer>();
    before.limits().forEach((query, limit) -> more.put(query, Math.min(MOST_HITS, limit * DEEPER)));
    return clock.time("search", () -> {
      var now = during(request, before.questions().keySet());
      return new Found(before.questions(),
          await(legs(now, request, more, before.questions(), request.documentIds(), Leg.BOTH)), more, before.weights(),
          now);
    });
  }

  private IndexSearch during(Retrieval.Request request, Collection<CollectionQuery> queries) {
    return index.during(request.tenantId(), queries.stream().flatMap(it -> it.scopes().stream())
        .map(PointFilter.Scope::knowledgeBaseId).collect(Collectors.toSet()));
  }

  /** Which legs are asked. */
  enum Leg {
    DENSE, BM25, BOTH
  }

  private Map<CollectionQuery, SideWork<SearchResult>> legs(IndexSearch now, Retrieval.Request request,
      Map<CollectionQuery, Integer> wanted, Map<CollectionQuery, Question> questions, Collection<UUID> documentIds,
      Leg leg) {
    var running = new LinkedHashMap<CollectionQuery, SideWork<SearchResult>>();
    wanted.forEach((query, limit) -> {
      var question = questions.getOrDefault(query, Question.of(null, null)).only(leg);
      if (question.vector() != null || question.words() != null) {
        var filter = new PointFilter(request.tenantId(), query.scopes(), List.copyOf(documentIds),
            Stream.concat(request.metadata().stream(), query.conditions().stream()).toList(), request.viewer());
        var asked = SearchRequest.of(filter, question.vector(), question.words(), limit);
        running.put(query, SideWork.start(threads, () -> now.search(query.collection(), asked)));
      }
    });
    return running;
  }

  private Map<CollectionQuery, SearchResult> await(Map<CollectionQuery, SideWork<SearchResult>> running) {
    var results = new LinkedHashMap<CollectionQuery, SearchResult>();
    running.forEach((query, work) -> results.put(query,
        work.await(limits.search(), ErrorCode.STORE_UNAVAILABLE, "the vector store did not answer")));
    return results;
  }

  private float[] embed(Meaning meaning) {
    var model = embedders.apply(meaning.model());
    var text = QuestionText.fitting(meaning.text(), model);
    return meaning.isPassage() ? model.embedPassages(List.of(text)).getFirst() : model.embedQuery(text);
  }

  private static Map<CollectionQuery, SearchResult> merged(Map<CollectionQuery, SearchResult> nearest,
      Map<CollectionQuery, SearchResult> words) {
    var both = new LinkedHashMap<>(nearest);
    words.forEach((query, found) -> both.merge(query, found, (a, b) -> new SearchResult(a.dense(), b.bm25())));
    return both;
  }

  private static List<SearchResult.Hit> replaced(List<SearchResult.Hit> old, List<SearchResult.Hit> fresh,
      Set<UUID> documents) {
    var hits = new ArrayList<>(
        Stream.concat(old.stream().filter(hit -> !documents.contains(hit.documentId())), fresh.stream()).toList());
    hits.sort(Comparator.comparingDouble(SearchResult.Hit::score).reversed());
    return hits;
  }
}
