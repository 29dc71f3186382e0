/** What of the bulk lane operators hold back, and the versions that wait meanwhile. */
@NullMarked
package io.selfrag.catalog.holds;

import org.jspecify.annotations.NullMarked;
