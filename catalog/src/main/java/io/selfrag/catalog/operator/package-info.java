/** Operators' tokens, and what operators set while the system runs. */
@NullMarked
package io.selfrag.catalog.operator;

import org.jspecify.annotations.NullMarked;
