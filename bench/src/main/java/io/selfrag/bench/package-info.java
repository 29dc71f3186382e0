/** The measurements behind the README's figures, the fault tests, and the ledger checker that both rely on. */
@NullMarked
package io.selfrag.bench;

import org.jspecify.annotations.NullMarked;
