/** Rows that only say what once was, and that nobody asks for after a while. */
@NullMarked
package io.selfrag.catalog.cleanup;

import org.jspecify.annotations.NullMarked;
