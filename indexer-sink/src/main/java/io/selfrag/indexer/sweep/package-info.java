/**
 * What the sink does by the clock: deletes what was recorded as to be purged (S13), refreshes copies in the vector store (S16),
 * looks again at revisions that should have ended (S12), moves tenants' points to another place (S26).
 */
@NullMarked
package io.selfrag.indexer.sweep;

import org.jspecify.annotations.NullMarked;
