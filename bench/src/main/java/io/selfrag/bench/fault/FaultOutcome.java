package io.selfrag.bench.fault;

import java.time.Duration;
import java.util.List;

/**
 * How a fault went.
 *
 * @param problems empty if it passed
 * @param settled from the end of the fault and the load until nothing was under way
 */
public record FaultOutcome(String id, String what, List<String> problems, Duration took, Duration settled, long calls,
    long queries, String note) {
  public FaultOutcome {
    problems = List.copyOf(problems);
  }

  public boolean isPassed() {
    return problems.isEmpty();
  }
}
