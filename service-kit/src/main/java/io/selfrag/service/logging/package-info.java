/** Log lines as JSON, for machines. */
@NullMarked
package io.selfrag.service.logging;

import org.jspecify.annotations.NullMarked;
