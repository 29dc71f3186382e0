package io.selfrag.catalog.ledger;

/** What must hold once the pipeline has settled. */
public enum Invariant {
  /** Every accepted revision ends in exactly one terminal state. */
  NO_LOSS("I1"),
  /** A live version has exactly the chunks that were announced. */
  NO_DUPLICATES("I2"),
  /** Rows, vectors and points are those of live versions and nothing else. */
  NO_ORPHANS("I3"),
  /** What is live is the newest content that came to a good end and was not deleted since. */
  VERSION_ORDER("I4"),
  /** A query sees all of one version. */
  ATOMIC_VISIBILITY("I5"),
  /** Reported states and counters equal what the stores hold. */
  TRUTHFUL_STATUS("I8");

  private final String label;

  Invariant(String label) {
    this.label = label;
  }

  /** Its number in the reliability rules. */
  public String label() {
    return label;
  }
}
