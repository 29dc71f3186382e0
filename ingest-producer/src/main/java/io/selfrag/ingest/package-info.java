/**
 * The WebFlux service that takes documents in: checks them, accepts them in PostgreSQL, sends one command for each to the
 * broker, and answers everything about documents and ingest jobs.
 */
@NullMarked
package io.selfrag.ingest;

import org.jspecify.annotations.NullMarked;
