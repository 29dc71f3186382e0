/**
 * Deletes what was recorded as to be purged, twice, from the vector store and PostgreSQL (S13).
 */
@NullMarked
package io.selfrag.indexer.purge;

import org.jspecify.annotations.NullMarked;
