/** Copies of a vector store's collections, as files; what {@code backup} takes and {@code restore} brings back. */
@NullMarked
package io.selfrag.vectorstore.copy;

import org.jspecify.annotations.NullMarked;
