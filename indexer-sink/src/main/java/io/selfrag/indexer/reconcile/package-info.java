/** Compares the vector store with the rows, sets it right, or writes it anew, page by page, while everything else goes on. */
@NullMarked
package io.selfrag.indexer.reconcile;

import org.jspecify.annotations.NullMarked;
