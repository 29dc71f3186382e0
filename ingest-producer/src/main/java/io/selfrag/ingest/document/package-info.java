/** A document as a caller describes it: its fields, their bounds, and the id that follows from them. */
@NullMarked
package io.selfrag.ingest.document;

import org.jspecify.annotations.NullMarked;
