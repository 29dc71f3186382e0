/** What was acknowledged against what the stores hold, once the pipeline has settled. */
@NullMarked
package io.selfrag.bench.ledger;

import org.jspecify.annotations.NullMarked;
