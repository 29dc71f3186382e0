package io.selfrag.catalog.ledger;

import java.time.Duration;

/**
 * Accepted revisions of one state that have not ended.
 *
 * @param state accepting, pending or processing
 * @param oldest how long the first of them has waited
 */
public record OpenWork(String state, long revisions, Duration oldest) {}
