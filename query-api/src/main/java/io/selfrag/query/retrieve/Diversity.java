package io.selfrag.query.retrieve;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): each next result is the one whose relevance, less its likeness
 * to what was chosen before, is highest. Pure.
 */
final class Diversity {
  private Diversity() {}

  /**
   * Chooses and orders.
   *
   * @param hits best first
   * @param vectors of unit length; hits of two models, and those without one, are like nothing
   * @param lambda weight of relevance, 0 to 1; the rest is that of being different
   */
  static List<Retrieval.Hit> choose(List<Retrieval.Hit> hits, Map<UUID, float[]> vectors, double lambda, int count) {
    var left = new ArrayList<>(hits);
    var chosen = new ArrayList<Retrieval.Hit>();
    double best = hits.stream().mapToDouble(Retrieval.Hit::score).max().orElse(0);
    double least = hits.stream().mapToDouble(Retrieval.Hit::score).min().orElse(0);
    while (!left.isEmpty() && chosen.size() < count) {
      Retrieval.Hit next = left.getFirst();
      double highest = Double.NEGATIVE_INFINITY;
      for (Retrieval.Hit hit : left) {
        double relevance = best > least ? (hit.score() - least) / (best - least) : 1;
        double value = lambda * relevance - (1 - lambda) * likeness(hit, chosen, vectors);
        if (value > highest) {
          highest = value;
          next = hit;
        }
      }
      chosen.add(next);
      left.remove(next);
    }
    return List.copyOf(chosen);
  }

  private static double likeness(Retrieval.Hit hit, List<Retrieval.Hit> chosen, Map<UUID, float[]> vectors) {
    double most = 0;
    for (Retrieval.Hit other : chosen) {
      most = Math.max(most, cosine(vectors.get(hit.passage().chunkId()), vectors.get(other.passage().chunkId())));
    }
    return most;
  }

  private static double cosine(float @Nullable [] a, float @Nullable [] b) {
    if (a == null || b == null || a.length != b.length) {
      return 0;
    }
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
