/**
 * The intake's side of the catalog: documents and revisions are accepted, deleted, patched, retried and read here, with the
 * quota, the outbox records of each change, original bytes, ingest jobs and idempotency keys.
 */
@NullMarked
package io.selfrag.catalog.intake;

import org.jspecify.annotations.NullMarked;
