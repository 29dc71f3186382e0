package io.selfrag.query.evaluate;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one retriever made of one judged query, or the mean over several.
 *
 * @param values by name, such as {@code ndcg@10}
 */
public record QueryMeasures(Map<String, Double> values) {
  /** What comparisons are made by. */
  public static final String NDCG_10 = "ndcg@10";
  public static final String RECALL_10 = "recall@10";
  public static final String RECALL_100 = "recall@100";
  public static final String MRR = "mrr";
  /** How deep a ranking is looked at. */
  public static final int DEPTH = 100;

  private static final int SHALLOW = 10;

  /**
   * Measures a ranking.
   *
   * @param ranked best first; what lies below {@link #DEPTH} does not count
   * @param judged grades of what is relevant; others count as 0
   * @param k a further depth that is of interest
   */
  public static QueryMeasures of(List<String> ranked, Map<String, Integer> judged, int k) {
    var seen = ranked.subList(0, Math.min(DEPTH, ranked.size()));
    var values = new LinkedHashMap<String, Double>();
    values.put(NDCG_10, Ranking.ndcg(seen, judged, SHALLOW));
    values.put(RECALL_10, Ranking.recall(seen, judged, SHALLOW));
    values.put(RECALL_100, Ranking.recall(seen, judged, DEPTH));
    values.put(MRR, Ranking.reciprocalRank(seen, judged));
    values.put("ndcg@" + k, Ranking.ndcg(seen, judged, k));
    values.put("recall@" + k, Ranking.recall(seen, judged, k));
    return new QueryMeasures(values);
  }

  /** Means over queries; 0 of nothing. */
  public static QueryMeasures mean(Collection<QueryMeasures> all) {
    var sums = new LinkedHashMap<String, Double>();
    all.forEach(it -> it.values.forEach((name, value) -> sums.merge(name, value, Double::sum)));
    sums.replaceAll((_, sum) -> sum / all.size());
    return new QueryMeasures(sums);
  }

  /** A value by its name; 0 if nothing was measured. */
  public double value(String name) {
    return values.getOrDefault(name, 0.0);
  }
}
