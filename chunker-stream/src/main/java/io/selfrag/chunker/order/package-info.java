/**
 * Decides in which order changes of a document count: pure functions from what is known of a document and one command to
 * what is known then and what follows. Revisions fence two tracks of their own, content and attributes (S1); the same
 * commands in any order, repeated or not, end in the same place. Knows no Kafka and does no I/O.
 *
 * <p>Two refinements of S1, both so that order of arrival cannot matter: a Delete is fenced by upserts only, since an
 * Interrupt that overtook it must not save the document; and a Retry that overtook its Upsert is kept, and the Upsert
 * then takes its attempt.
 */
@NullMarked
package io.selfrag.chunker.order;

import org.jspecify.annotations.NullMarked;
