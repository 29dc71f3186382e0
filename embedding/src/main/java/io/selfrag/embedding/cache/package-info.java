/**
 * Vectors of texts that were embedded before, so that an unchanged text is not embedded again. The cache may be lost or
 * away at any time: then work is slower and nothing else.
 */
@NullMarked
package io.selfrag.embedding.cache;

import org.jspecify.annotations.NullMarked;
