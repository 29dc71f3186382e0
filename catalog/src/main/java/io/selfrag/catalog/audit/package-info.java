/** The log of who did what: rows come in batches, are read newest first, and leave by age. */
@NullMarked
package io.selfrag.catalog.audit;

import org.jspecify.annotations.NullMarked;
