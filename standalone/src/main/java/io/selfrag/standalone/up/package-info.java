/** Everything in one process: real servers as children, then each service in a Spring context of its own. */
@NullMarked
package io.selfrag.standalone.up;

import org.jspecify.annotations.NullMarked;
