package io.selfrag.bench.measure;

import java.util.Collection;

/** Order statistics. */
public final class Figures {
  private Figures() {}

  /** The smallest value that at least the share of all values do not exceed; 0 of nothing. */
  public static double percentile(Collection<? extends Number> values, double share) {
    if (values.isEmpty()) {
      return 0;
    }
    var sorted = values.stream().mapToDouble(Number::doubleValue).sorted().toArray();
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }

  public static double median(Collection<? extends Number> values) {
    return percentile(values, 0.5);
  }

}
