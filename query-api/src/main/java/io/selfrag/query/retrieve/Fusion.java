package io.selfrag.query.retrieve;

import io.selfrag.vectorstore.SearchResult;
import io.selfrag.vectorstore.SearchResult.Hit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes one ranked list of several. Pure functions; ties are broken by chunk id, so that equal input gives equal output. */
final class Fusion {
  /** The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009). */
  private static final int RRF_K = 60;
  /** Between lists of two models only ranks compare; a small constant lets the better list lead. */
  private static final int LIST_RRF_K = 10;

  private static final Comparator<Candidate> BEST_FIRST = Comparator.comparingDouble(Candidate::score).reversed()
      .thenComparing(Candidate::chunkId);

  /**
   * A ranked list and how much it counts beside the others.
   *
   * @param weight above 0
   */
  record WeightedList(List<Candidate> candidates, double weight) {
    WeightedList {
      candidates = List.copyOf(candidates);
    }
  }

  private Fusion() {}

  /** Fuses the legs of one collection's answer as the choice says, best first. */
  static List<Candidate> ofLegs(SearchResult result, RetrieverChoice choice) {
    return switch (choice.kind()) {
      case DENSE -> sorted(merge(result.dense(), List.of()), Candidate::dense);
      case BM25 -> sorted(merge(List.of(), result.bm25()), Candidate::bm25);
      case HYBRID -> switch (choice.fusion()) {
        case WEIGHTED -> weighted(result, choice.denseWeight());
        case RRF -> reciprocalRanks(result, choice.denseWeight());
      };
    };
  }

  /** Fuses ranked lists whose scores do not compare, by weighted reciprocal rank; one list alone keeps its scores. */
  static List<Candidate> ofLists(List<WeightedList> lists) {
    var nonEmpty = lists.stream().filter(list -> !list.candidates().isEmpty()).toList();
    if (nonEmpty.size() == 1) {
      return nonEmpty.getFirst().candidates();
    }
    var best = nonEmpty.stream().mapToDouble(WeightedList::weight).max().orElse(1);
    var fused = new LinkedHashMap<UUID, Candidate>();
    for (WeightedList list : nonEmpty) {
      for (int rank = 0; rank < list.candidates().size(); rank++) {
        var candidate = list.candidates().get(rank);
        double share = list.weight() / best * (LIST_RRF_K + 1) / (LIST_RRF_K + 1 + rank);
        fused.merge(candidate.chunkId(), candidate.withScore(share),
            (a, b) -> a.withScore(a.score() + b.score()));
      }
    }
    return fused.values().stream().sorted(BEST_FIRST).toList();
  }

  /** Min-max normalised per leg, then a weighted sum; a chunk that a leg did not find gets 0 of it. */
  private static List<Candidate> weighted(SearchResult result, double denseWeight) {
    var dense = normalised(result.dense());
    var bm25 = normalised(result.bm25());
    return merge(result.dense(), result.bm25()).stream()
        .map(c -> c.withScore(denseWeight * dense.getOrDefault(c.chunkId(), 0.0)
            + (1 - denseWeight) * bm25.getOrDefault(c.chunkId(), 0.0)))
        .sorted(BEST_FIRST).toList();
  }

  private static List<Candidate> reciprocalRanks(SearchResult result, double denseWeight) {
    var dense = ranks(result.dense());
    var bm25 = ranks(result.bm25());
    return merge(result.dense(), result.bm25()).stream()
        .map(c -> c.withScore(denseWeight * reciprocal(dense.get(c.chunkId()))
            + (1 - denseWeight) * reciprocal(bm25.get(c.chunkId()))))
        .sorted(BEST_FIRST).toList();
  }

  private static double reciprocal(@Nullable Integer rank) {
    return rank == null ? 0 : (RRF_K + 1.0) / (RRF_K + 1 + rank);
  }

  private static Map<UUID, Integer> ranks(List<Hit> hits) {
    var ranks = new HashMap<UUID, Integer>();
    for (int i = 0; i < hits.size(); i++) {
      ranks.putIfAbsent(hits.get(i).chunkId(), i);
    }
    return ranks;
  }

  private static Map<UUID, Double> normalised(List<Hit> hits) {
    double most = hits.stream().mapToDouble(Hit::score).max().orElse(0);
    double least = hits.stream().mapToDouble(Hit::score).min().orElse(0);
    var scores = new HashMap<UUID, Double>();
    for (Hit hit : hits) {
      scores.put(hit.chunkId(), most > least ? (hit.score() - least) / (most - least) : 1.0);
    }
    return scores;
  }

  private static List<Candidate> sorted(List<Candidate> candidates,
      Function<Candidate, @Nullable Double> score) {
    var scored = new ArrayList<Candidate>();
    for (Candidate candidate : candidates) {
      var value = score.apply(candidate);
      if (value != null) {
        scored.add(candidate.withScore(value));
      }
    }
    scored.sort(BEST_FIRST);
    return List.copyOf(scored);
  }

  private static List<Candidate> merge(List<Hit> dense, List<Hit> bm25) {
    var byChunk = new LinkedHashMap<UUID, Candidate>();
    dense.forEach(hit -> byChunk.putIfAbsent(hit.chunkId(), new Candidate(hit.chunkId(), hit.documentId(),
        hit.knowledgeBaseId(), 0, (double) hit.score(), null)));
    bm25.forEach(hit -> byChunk.merge(hit.chunkId(),
        new Candidate(hit.chunkId(), hit.documentId(), hit.knowledgeBaseId(), 0, null, (double) hit.score()),
        (a, b) -> new Candidate(a.chunkId(), a.documentId(), a.knowledgeBaseId(), 0, a.dense(), b.bm25())));
    return List.copyOf(byChunk.values());
  }
}
