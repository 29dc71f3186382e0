package io.selfrag.query.evaluate;

import java.util.Collection;

/** Order statistics. */
public final class Percentiles {
  private Percentiles() {}

  /** The smallest value that at least the share of all values do not exceed; 0 of nothing. */
  public static double of(Collection<? extends Number> values, double share) {
    if (values.isEmpty()) {
      return 0;
    }
    var sorted = values.stream().mapToDouble(Number::doubleValue).sorted().toArray();
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }
}
