/**
 * Holds what the tables say against the pipeline's invariants: every accepted revision ended, every live version whole, nothing
 * left behind, status and counters true. Reads only; for benchmarks, fault tests and reconciliation.
 */
@NullMarked
package io.selfrag.catalog.ledger;

import org.jspecify.annotations.NullMarked;
