package io.selfrag.query.retrieve;

import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.ModelId;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.PointFilter;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.SearchResult;
import io.selfrag.vectorstore.VectorStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Answers a question with live passages. The index proposes, PostgreSQL decides: a hit whose version was replaced since the
 * index saw it triggers one more search restricted to its document, and the last judgement of all hits is one snapshot, so that
 * an answer never mixes two versions (S18). Blocking; safe for concurrent callers.
 */
public final class RetrievePassages {
  private static final int MAX_RENEWALS = 3;
  /** More hits than asked for are judged, since some may turn out not to exist. */
  private static final int SPARE_HITS = 12;
  private static final int MOST_JUDGED = 400;

  private final PassageCatalog catalog;
  private final VectorStore store;
  private final Function<ModelId, Embedder> embedders;
  private final CollectionRouting routing;
  private final UnaryOperator<String> languageOf;

  /**
   * @param embedders the configured model of an id; {@code MODEL_UNAVAILABLE} where it is not configured
   * @param languageOf the language of a question, as models are labelled
   */
  public RetrievePassages(PassageCatalog catalog, VectorStore store, Function<ModelId, Embedder> embedders,
      CollectionRouting routing, UnaryOperator<String> languageOf) {
    this.catalog = catalog;
    this.store = store;
    this.embedders = embedders;
    this.routing = routing;
    this.languageOf = languageOf;
  }

  /**
   * Retrieves passages, best first.
   *
   * @throws SelfRagException {@code KB_NOT_FOUND} if the tenant lacks one of the knowledge bases; transient codes if a store
   *     or a model is away
   */
  public Retrieval.Answer retrieve(Retrieval.Request request) {
    var clock = new StageClock();
    var first = clock.time("plan", () -> plan(request));
    return retrieve(request, first, MAX_RENEWALS, clock);
  }

  private Retrieval.Answer retrieve(Retrieval.Request request, List<CollectionQuery> queries, int renewals,
      StageClock clock) {
    var vectors = clock.time("embed", () -> questionVectors(request, queries));
    var results = clock.time("search", () -> search(request, queries, vectors, request.documentIds()));
    for (int left = renewals;; left--) {
      var ranked = fuse(results);
      var judged = clock.time("hydrate", () -> judge(request, ranked));
      var superseded = documentsOf(judged, Hydration.Reason.SUPERSEDED);
      if (superseded.isEmpty() || left == 0) {
        return answer(request, ranked, judged, queries, clock);
      }
      var current = clock.time("plan", () -> plan(request));
      if (!current.equals(queries)) {
        return retrieve(request, current, left - 1, clock);
      }
      var before = results;
      results = clock.time("search", () -> renew(request, before, vectors, superseded));
    }
  }

  private List<CollectionQuery> plan(Retrieval.Request request) {
    var targets = catalog.targets(request.tenantId(), request.knowledgeBaseIds());
    var found = targets.stream().map(SearchTarget::knowledgeBaseId).collect(Collectors.toSet());
    request.knowledgeBaseIds().stream().filter(id -> !found.contains(id)).findFirst().ifPresent(id -> {
      throw new SelfRagException(ErrorCode.KB_NOT_FOUND, "knowledge base " + id + " does not exist");
    });
    return CollectionQuery.of(request, targets, languageOf.apply(request.query()), routing);
  }

  private Map<ModelId, float[]> questionVectors(Retrieval.Request request, List<CollectionQuery> queries) {
    var vectors = new HashMap<ModelId, float[]>();
    for (CollectionQuery query : queries) {
      if (query.retriever().hasDense()) {
        vectors.computeIfAbsent(query.model(), model -> embedders.apply(model).embedQuery(request.query()));
      }
    }
    return vectors;
  }

  private Map<CollectionQuery, SearchResult> search(Retrieval.Request request, List<CollectionQuery> queries,
      Map<ModelId, float[]> vectors, Collection<UUID> documentIds) {
    var results = new LinkedHashMap<CollectionQuery, SearchResult>();
    for (CollectionQuery query : queries) {
      var filter = new PointFilter(request.tenantId(), query.scopes(), List.copyOf(documentIds), request.metadata(),
          request.viewer());
      float @Nullable [] vector = query.retriever().hasDense() ? vectors.get(query.model()) : null;
      var text = query.retriever().hasBm25() ? request.query() : null;
      results.put(query, store.search(query.collection(),
          SearchRequest.of(filter, vector, text, query.retriever().candidates())));
    }
    return results;
  }

  /** Searches again for some documents only and puts their new hits in the place of the old ones. */
  private Map<CollectionQuery, SearchResult> renew(Retrieval.Request request,
      Map<CollectionQuery, SearchResult> results, Map<ModelId, float[]> vectors, Set<UUID> documents) {
    var renewed = search(request, List.copyOf(results.keySet()), vectors, documents);
    var merged = new LinkedHashMap<CollectionQuery, SearchResult>();
    results.forEach((query, old) -> {
      var fresh = renewed.getOrDefault(query, new SearchResult(List.of(), List.of()));
      merged.put(query, new SearchResult(replace(old.dense(), fresh.dense(), documents),
          replace(old.bm25(), fresh.bm25(), documents)));
    });
    return merged;
  }

  private static List<SearchResult.Hit> replace(List<SearchResult.Hit> old, List<SearchResult.Hit> fresh,
      Set<UUID> documents) {
    return Stream.concat(old.stream().filter(hit -> !documents.contains(hit.documentId())), fresh.stream()).toList();
  }

  private static List<Candidate> fuse(Map<CollectionQuery, SearchResult> results) {
    return Fusion.ofLists(results.entrySet().stream().map(entry -> new Fusion.WeightedList(
        Fusion.ofLegs(entry.getValue(), entry.getKey().retriever()), entry.getKey().weight())).toList());
  }

  /** Judges the best hits; all that there are, still in one snapshot, where too few of them exist. */
  private List<Hydration> judge(Retrieval.Request request, List<Candidate> ranked) {
    var wanted = ranked.stream()
        .filter(c -> request.scoreThreshold() == null || c.score() >= request.scoreThreshold()).toList();
    int first = Math.min(wanted.size(), request.topK() + SPARE_HITS);
    var judged = hydrate(request, wanted.subList(0, first));
    boolean tooFew = judged.stream().filter(Hydration.Live.class::isInstance).count() < request.topK();
    return tooFew && first < wanted.size()
        ? hydrate(request, wanted.subList(0, Math.min(wanted.size(), MOST_JUDGED)))
        : judged;
  }

  private List<Hydration> hydrate(Retrieval.Request request, List<Candidate> hits) {
    return hits.isEmpty()
        ? List.of()
        : catalog.hydrate(request.tenantId(), hits, request.contextWindow(), request.viewer());
  }

  private static Set<UUID> documentsOf(List<Hydration> judged, Hydration.Reason reason) {
    return judged.stream().filter(Hydration.Dropped.class::isInstance).map(Hydration.Dropped.class::cast)
        .filter(dropped -> dropped.reason() == reason).map(Hydration.Dropped::documentId)
        .collect(Collectors.toSet());
  }

  private static Retrieval.Answer answer(Retrieval.Request request, List<Candidate> ranked, List<Hydration> judged,
      List<CollectionQuery> queries, StageClock clock) {
    var passages = new HashMap<UUID, Passage>();
    for (Hydration hydration : judged) {
      if (hydration instanceof Hydration.Live live) {
        passages.put(live.chunkId(), live.passage());
      }
    }
    var hits = new ArrayList<Retrieval.Hit>();
    for (Candidate candidate : ranked) {
      var passage = passages.get(candidate.chunkId());
      if (passage != null && hits.size() < request.topK()) {
        hits.add(new Retrieval.Hit(passage, candidate));
      }
    }
    var dropped = judged.stream().filter(Hydration.Dropped.class::isInstance)
        .collect(Collectors.groupingBy(d -> ((Hydration.Dropped) d).reason(), Collectors.counting()));
    return new Retrieval.Answer(hits, queries.stream().map(CollectionQuery::model).distinct().toList(),
        queries.getFirst().retriever(), dropped, clock.millis());
  }
}
