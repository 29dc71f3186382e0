package io.selfrag.bench.fault;

/** Something that goes wrong. */
interface Fault {
  /** Its number in the list of faults, such as {@code F4}. */
  String id();

  /** What happens, in a few words. */
  String what();

  /** True if the dead-letter topics must stay empty: it is no fault of the data. */
  default boolean isOutage() {
    return true;
  }

  /**
   * Does it, under the load of the run where it wants one; returns what is worth a remark.
   *
   * @throws IllegalStateException if something other than the invariants was promised and not kept
   */
  String act(FaultRun run);
}
