/** Idempotency keys (S23): the first request with a key does the work, later ones get its answer. */
@NullMarked
package io.selfrag.catalog.idempotency;

import org.jspecify.annotations.NullMarked;
