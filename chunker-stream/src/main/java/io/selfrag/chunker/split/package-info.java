/**
 * From a parsed document to chunks: pure functions of the text, its outline, the parameters and the tokens of the
 * embedding model.
 */
@NullMarked
package io.selfrag.chunker.split;

import org.jspecify.annotations.NullMarked;
