/**
 * The adapter of {@link io.selfrag.vectorstore.VectorStore} for a Qdrant server, over gRPC: a named dense vector, a sparse BM25
 * vector with the IDF modifier, and payload indexes for every filter.
 */
@NullMarked
package io.selfrag.vectorstore.qdrant;

import org.jspecify.annotations.NullMarked;
