/** Operators' tokens. */
@NullMarked
package io.selfrag.catalog.operator;

import org.jspecify.annotations.NullMarked;
