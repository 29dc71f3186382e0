/**
 * What makes a document version searchable, in PostgreSQL: the fences that late work must pass, chunk rows and vectors, the
 * flip, tombstones, purge intents, the projection of events into states, and the list of dead letters. Decisions are pure
 * functions of rows that are locked ({@link io.selfrag.catalog.index.Verdict}); the statements around them only read and
 * write.
 */
@NullMarked
package io.selfrag.catalog.index;

import org.jspecify.annotations.NullMarked;
