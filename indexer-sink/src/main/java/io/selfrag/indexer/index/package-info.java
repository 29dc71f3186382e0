/**
 * One batch of embedded chunks: first the vector store, then PostgreSQL's transaction, then the copies of attributes. Knows no
 * Kafka.
 */
@NullMarked
package io.selfrag.indexer.index;

import org.jspecify.annotations.NullMarked;
