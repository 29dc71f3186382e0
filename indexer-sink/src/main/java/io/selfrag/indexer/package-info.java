/**
 * The worker that makes document versions searchable: composition root, settings and entry point.
 */
@NullMarked
package io.selfrag.indexer;

import org.jspecify.annotations.NullMarked;
