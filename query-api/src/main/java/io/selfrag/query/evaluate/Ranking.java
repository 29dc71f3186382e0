package io.selfrag.query.evaluate;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** How good a ranking is against judgements. */
public final class Ranking {
  private Ranking() {}

  /** Normalised discounted cumulative gain of the first {@code depth}, gains linear in the grade. */
  public static double ndcg(List<String> ranked, Map<String, Integer> judged, int depth) {
    double gain = 0;
    for (int i = 0; i < Math.min(depth, ranked.size()); i++) {
      gain += judged.getOrDefault(ranked.get(i), 0) / log2(i + 2);
    }
    double ideal = 0;
    var best = judged.values().stream().sorted(Comparator.reverseOrder()).limit(depth).toList();
    for (int i = 0; i < best.size(); i++) {
      ideal += best.get(i) / log2(i + 2);
    }
    return ideal == 0 ? 0 : gain / ideal;
  }

  /** Share of what is relevant among the first {@code depth}. */
  public static double recall(List<String> ranked, Map<String, Integer> judged, int depth) {
    long relevant = judged.values().stream().filter(it -> it > 0).count();
    long found = ranked.stream().limit(depth).filter(it -> judged.getOrDefault(it, 0) > 0).count();
    return relevant == 0 ? 0 : (double) found / relevant;
  }

  /** One over the rank of the first that is relevant, or 0. */
  public static double reciprocalRank(List<String> ranked, Map<String, Integer> judged) {
    for (int i = 0; i < ranked.size(); i++) {
      if (judged.getOrDefault(ranked.get(i), 0) > 0) {
        return 1.0 / (i + 1);
      }
    }
    return 0;
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }
}
