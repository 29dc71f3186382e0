/** How a service starts: its settings are checked first, then its configuration classes make one context. */
@NullMarked
package io.selfrag.service.start;

import org.jspecify.annotations.NullMarked;
