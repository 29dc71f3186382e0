/** The commands that hold back a job or a tenant's bulk lane, let it go on, or end it. */
@NullMarked
package io.selfrag.standalone.holds;

import org.jspecify.annotations.NullMarked;
