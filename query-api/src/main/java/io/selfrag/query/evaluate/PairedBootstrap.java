package io.selfrag.query.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Whether the difference of two retrievers over the same queries could be the queries' luck: queries are drawn again with replacement,
 * many times (Efron and Tibshirani's paired bootstrap). The same input gives the same answer.
 *
 * @param difference mean of the second less mean of the first
 * @param low and {@code high} bound the difference in 95 % of the draws
 * @param pValue how often, two-sided, the draws do not confirm the sign
 */
public record PairedBootstrap(double difference, double low, double high, double pValue) {
  private static final int DRAWS = 2000;
  private static final long SEED = 20_130_705;
  private static final double TAIL = 0.025;

  /** @param first and {@code second} hold one value for each query, in the same order */
  public static PairedBootstrap of(List<Double> first, List<Double> second) {
    int n = first.size();
    if (n == 0 || n != second.size()) {
      throw new IllegalArgumentException("a comparison needs the same queries on both sides");
    }
    var differences = new double[n];
    for (int i = 0; i < n; i++) {
      differences[i] = second.get(i) - first.get(i);
    }
    var random = new SplittableRandom(SEED);
    var means = new double[DRAWS];
    int notAbove = 0;
    int notBelow = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += differences[random.nextInt(n)];
      }
      means[draw] = sum / n;
      notAbove += means[draw] <= 0 ? 1 : 0;
      notBelow += means[draw] >= 0 ? 1 : 0;
    }
    Arrays.sort(means);
    return new PairedBootstrap(Arrays.stream(differences).average().orElse(0), means[(int) (TAIL * DRAWS)],
        means[(int) ((1 - TAIL) * DRAWS) - 1], Math.min(1, 2.0 * Math.min(notAbove, notBelow) / DRAWS));
  }
}
