/** Streams of documents, one a line, taken in with back-pressure from the first byte to the last. */
@NullMarked
package io.selfrag.ingest.bulk;

import org.jspecify.annotations.NullMarked;
