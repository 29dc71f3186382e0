/**
 * The embedded adapter of {@link io.selfrag.vectorstore.VectorStore}: one Lucene index per collection under a folder, HNSW for
 * vectors and BM25 for words. One process writes, any number read.
 */
@NullMarked
package io.selfrag.vectorstore.lucene;

import org.jspecify.annotations.NullMarked;
