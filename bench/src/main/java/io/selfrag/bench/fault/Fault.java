package io.selfrag.bench.fault;

import java.nio.file.Path;
import java.util.Map;

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

  /** True if it is done to a system of its own and not to the one that is there. */
  default boolean wantsItsOwnSystem() {
    return false;
  }

  /** What is different in the settings of its own system; what they name runs from now on. */
  default Map<String, String> settings() {
    return Map.of();
  }

  /** Sets up what its own system will find in its data folder. */
  default void prepare(Path data) {}

  /** Undoes what {@link #settings()} and {@link #prepare} set up, when its system has ended. */
  default void release() {}

  /**
   * Does it, under the load of the run where it wants one; returns what is worth a remark.
   *
   * @throws IllegalStateException if something other than the invariants was promised and not kept
   */
  String act(FaultRun run);
}
