package io.selfrag.catalog.ledger;

import java.time.Duration;

/**
 * Accepted revisions of one state and lane that have not ended.
 *
 * @param state accepting, pending, processing, or parked where an operator holds it back
 * @param lane interactive or bulk
 * @param oldest how long the first of them has waited
 */
public record OpenWork(String state, String lane, long revisions, Duration oldest) {}
