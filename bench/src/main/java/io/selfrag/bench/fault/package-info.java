/** Faults done to a running system under load, each followed by the ledger check. */
@NullMarked
package io.selfrag.bench.fault;

import org.jspecify.annotations.NullMarked;
