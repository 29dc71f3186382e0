/**
 * An embedder that costs nothing: words, character trigrams and Han bigrams hashed into a few dimensions. Similar texts
 * get similar vectors, so benchmarks, fault tests and CI retrieve plausibly without a model.
 */
@NullMarked
package io.selfrag.embedding.hashing;

import org.jspecify.annotations.NullMarked;
