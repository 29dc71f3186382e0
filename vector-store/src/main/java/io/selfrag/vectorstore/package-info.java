/**
 * The port {@link io.selfrag.vectorstore.VectorStore} and the values it speaks in; adapters live in packages of their own
 * and do not know each other.
 */
@NullMarked
package io.selfrag.vectorstore;

import org.jspecify.annotations.NullMarked;
