/** Dead letters as operators look at them; the sink's projection writes the table. */
@NullMarked
package io.selfrag.catalog.deadletters;

import org.jspecify.annotations.NullMarked;
