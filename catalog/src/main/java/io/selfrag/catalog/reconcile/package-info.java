/** What operators ask to be compared, repaired and written anew, and how far that has come; the sink does it. */
@NullMarked
package io.selfrag.catalog.reconcile;

import org.jspecify.annotations.NullMarked;
