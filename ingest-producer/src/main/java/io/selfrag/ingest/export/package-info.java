/** A knowledge base as lines that the bulk route takes. */
@NullMarked
package io.selfrag.ingest.export;

import org.jspecify.annotations.NullMarked;
