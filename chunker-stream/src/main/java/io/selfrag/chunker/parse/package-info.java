/**
 * From original bytes to plain text with structure: the port {@link io.selfrag.chunker.parse.DocumentParser} and its
 * data. Knows no parser library; adapters live below.
 */
@NullMarked
package io.selfrag.chunker.parse;

import org.jspecify.annotations.NullMarked;
