package io.selfrag.catalog.ledger;

/** What keeps the pipeline from being settled. */
public record Backlog(long openRevisions, long unsentRecords, long purgesNotRun) {
  public boolean isEmpty() {
    return openRevisions == 0 && unsentRecords == 0 && purgesNotRun == 0;
  }
}
