/**
 * How far the pipeline is: what one look at the broker says, what several looks say together, and what that means for a worker.
 * Pure; asking the broker is done in {@code ..kafka}.
 */
@NullMarked
package io.selfrag.query.operations;

import org.jspecify.annotations.NullMarked;
