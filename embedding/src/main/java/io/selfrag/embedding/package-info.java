/**
 * The port {@link io.selfrag.embedding.Embedder} and what is said about models; adapters live in packages of their own and
 * do not know each other.
 */
@NullMarked
package io.selfrag.embedding;

import org.jspecify.annotations.NullMarked;
