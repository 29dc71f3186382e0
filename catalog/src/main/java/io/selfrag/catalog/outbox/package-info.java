/**
 * Changes that must reach the broker because their transaction committed (S3): appended inside that transaction, read in
 * order by the one active relay.
 */
@NullMarked
package io.selfrag.catalog.outbox;

import org.jspecify.annotations.NullMarked;
