/**
 * What calling a language model over HTTP has in common, whatever the server's dialect: time limits, retries, a circuit breaker, cancellation.
 */
@NullMarked
package io.selfrag.generation.remote;

import org.jspecify.annotations.NullMarked;
