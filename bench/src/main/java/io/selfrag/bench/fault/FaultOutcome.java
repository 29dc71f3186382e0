package io.selfrag.bench.fault;

import java.time.Duration;
import java.util.List;

/**
 * How a fault went.
 *
 * @param skipped it cannot be done here; nothing is known then
 * @param problems empty if it passed
 * @param settled from the end of the fault and the load until nothing was under way
 */
public record FaultOutcome(String id, String what, boolean skipped, List<String> problems, Duration took,
    Duration settled, long calls,
    long queries, String note) {
  public FaultOutcome {
    problems = List.copyOf(problems);
  }

  /** Of a fault that cannot be done on this machine. */
  static FaultOutcome skipped(Fault fault, String why) {
    return new FaultOutcome(fault.id(), fault.what(), true, List.of(), Duration.ZERO, Duration.ZERO, 0, 0, why);
  }

  /** What was skipped has not failed; it has not passed either. */
  public boolean isFailed() {
    return !problems.isEmpty();
  }

  /** One word. */
  String verdict() {
    return skipped ? "SKIPPED" : isFailed() ? "FAIL" : "PASS";
  }
}
