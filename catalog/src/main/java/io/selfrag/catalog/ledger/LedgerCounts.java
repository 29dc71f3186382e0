package io.selfrag.catalog.ledger;

/** How much there is of what the ledger compares. */
public record LedgerCounts(long documents, long liveDocuments, long failedDocuments, long revisions, long chunks,
    long vectors, long deadLetters, long waitingPurges) {}
