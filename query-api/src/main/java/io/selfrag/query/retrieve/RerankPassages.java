package io.selfrag.query.retrieve;

import io.selfrag.generation.rerank.Reranker;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts the best hits in the reranker's order. A reranker that fails costs its order and nothing else: hits stay as they were fused,
 * and the answer says so.
 */
final class RerankPassages {
  private final Rerankers rerankers;

  RerankPassages(Rerankers rerankers) {
    this.rerankers = rerankers;
  }

  /**
   * What is to be done for one request.
   *
   * @param reranker {@code null}: nothing
   * @param pool hits that are looked at
   * @param note why nothing is done although it was wanted; {@code null} if there is no such reason
   */
  record Plan(@Nullable Reranker reranker, int pool, @Nullable String note) {
    private static final Plan NOTHING = new Plan(null, 0, null);
  }

  /** @param reranker whose order it is; {@code null} if it is the fusion's */
  record Outcome(List<Retrieval.Hit> hits, @Nullable Reranker reranker, @Nullable String note, boolean failed) {}

  /**
   * @param byRetriever whether a retriever reranks of its own
   * @throws SelfRagException {@code VALIDATION_ERROR} if the request wants what the deployment does not have
   */
  Plan plan(Retrieval.Rerank wanted, boolean byRetriever) {
    var settings = rerankers.settings();
    boolean asked = Boolean.TRUE.equals(wanted.wanted());
    if (Boolean.FALSE.equals(wanted.wanted()) || (!asked && !byRetriever && !settings.isEnabled())) {
      return Plan.NOTHING;
    }
    Optional<Reranker> found = rerankers.choose(wanted.model());
    if (found.isEmpty()) {
      if (asked) {
        throw new SelfRagException(ErrorCode.VALIDATION_ERROR,
            "rerank: this deployment has no reranker; leave rerank out or send false");
      }
      return new Plan(null, 0, "this deployment has no reranker: the order is that of the fusion");
    }
    return new Plan(found.get(), wanted.topK() == null ? settings.usualTopK() : wanted.topK(), null);
  }

  /**
   * @param hits best first
   * @param topK results of the search: hits that were not looked at follow where fewer than these were
   */
  Outcome rerank(Plan plan, String question, List<Retrieval.Hit> hits, int topK) {
    var reranker = plan.reranker();
    if (reranker == null || hits.isEmpty()) {
      return new Outcome(hits, null, plan.note(), false);
    }
    var pool = hits.subList(0, Math.min(hits.size(), plan.pool()));
    List<Double> scores;
    try {
      scores = reranker.score(question, pool.stream().map(RerankPassages::text).toList());
    } catch (SelfRagException e) {
      return new Outcome(hits, null, "the reranker failed (" + e.code() + "): the order is that of the fusion", true);
    }
    var mixed = mixed(scores, pool.stream().map(Retrieval.Hit::score).toList(), reranker.share());
    var order = IntStream.range(0, pool.size()).boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> mixed.get(i)).reversed()).toList();
    var reranked = new ArrayList<Retrieval.Hit>();
    order.forEach(i -> reranked.add(pool.get(i).withRerank(mixed.get(i))));
    if (reranked.size() < topK) {
      reranked.addAll(hits.subList(pool.size(), hits.size()));
    }
    return new Outcome(reranked, reranker, null, false);
  }

  /** What the reranker says beside what the search said, each from 0 to 1 within the pool, unless the reranker says it all. */
  static List<Double> mixed(List<Double> reranker, List<Double> search, double share) {
    if (share >= 1) {
      return reranker;
    }
    var said = normalised(reranker);
    var found = normalised(search);
    return IntStream.range(0, reranker.size()).mapToObj(i -> share * said.get(i) + (1 - share) * found.get(i)).toList();
  }

  private static List<Double> normalised(List<Double> scores) {
    double most = scores.stream().mapToDouble(it -> it).max().orElse(0);
    double least = scores.stream().mapToDouble(it -> it).min().orElse(0);
    return scores.stream().map(it -> most > least ? (it - least) / (most - least) : 1.0).toList();
  }

  private static String text(Retrieval.Hit hit) {
    var passage = hit.passage();
    return passage.title().isBlank() ? passage.text() : passage.title() + "\n" + passage.text();
  }
}
