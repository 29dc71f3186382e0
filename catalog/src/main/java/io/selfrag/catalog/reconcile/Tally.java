package io.selfrag.catalog.reconcile;

/**
 * What was looked at and found.
 *
 * @param documents looked at
 * @param chunks looked at
 * @param missing chunk rows without a point
 * @param wrong points that say something else than their rows
 * @param stale points of a version that was replaced, deleted or given up
 * @param orphaned points of nothing that is known, or in a collection where they do not belong
 * @param unvectored chunk rows whose vector is not kept, so that they can only be embedded again
 * @param miscounted counters of knowledge bases and tenants that say something else than the rows
 * @param violations of the ledger's rules
 * @param repaired points written or deleted, and counters set right
 */
public record Tally(long documents, long chunks, long missing, long wrong, long stale, long orphaned, long unvectored,
    long miscounted, long violations, long repaired) {
  /** Nothing. */
  public static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Rows that were looked at. */
  public static Tally ofRows(long documents, long chunks) {
    return new Tally(documents, chunks, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  /** Rows whose points are not as they should be. */
  public static Tally ofPoints(long missing, long wrong, long unvectored) {
    return new Tally(0, 0, missing, wrong, 0, 0, unvectored, 0, 0, 0);
  }

  /** Points that should not be. */
  public static Tally ofStrays(long stale, long orphaned) {
    return new Tally(0, 0, 0, 0, stale, orphaned, 0, 0, 0, 0);
  }

  /** What the tables show among themselves. */
  public static Tally ofLedger(long miscounted, long violations) {
    return new Tally(0, 0, 0, 0, 0, 0, 0, miscounted, violations, 0);
  }

  /** What was set right. */
  public static Tally ofRepairs(long repaired) {
    return new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0, repaired);
  }

  /** Both together. */
  public Tally plus(Tally more) {
    return new Tally(documents + more.documents, chunks + more.chunks, missing + more.missing, wrong + more.wrong,
        stale + more.stale, orphaned + more.orphaned, unvectored + more.unvectored, miscounted + more.miscounted,
        violations + more.violations, repaired + more.repaired);
  }
}
