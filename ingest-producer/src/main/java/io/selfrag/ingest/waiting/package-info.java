/** Requests that wait for what becomes of their document. */
@NullMarked
package io.selfrag.ingest.waiting;

import org.jspecify.annotations.NullMarked;
