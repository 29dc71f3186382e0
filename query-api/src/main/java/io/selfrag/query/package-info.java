/** The query service's composition root. */
@NullMarked
package io.selfrag.query;

import org.jspecify.annotations.NullMarked;
