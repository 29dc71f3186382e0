/**
 * The catalog behind the ports of ordering and splitting: blocks on its publishers, within a time limit.
 */
@NullMarked
package io.selfrag.chunker.catalog;

import org.jspecify.annotations.NullMarked;
