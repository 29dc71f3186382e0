/**
 * What answers rest on: evidence, a passage that exists and may be read by the caller.
 */
@NullMarked
package io.selfrag.generation;

import org.jspecify.annotations.NullMarked;
