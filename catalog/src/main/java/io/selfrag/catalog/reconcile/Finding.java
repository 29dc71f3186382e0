package io.selfrag.catalog.reconcile;

import java.util.UUID;

/**
 * One thing that is not as it should be.
 *
 * @param kind {@code missing}, {@code wrong}, {@code stale}, {@code orphaned}, {@code unvectored}, or the name of a rule of the
 *     ledger
 * @param subject the chunk, or what the rule is about
 * @param detail for a person
 */
public record Finding(String kind, UUID subject, String detail) {}
