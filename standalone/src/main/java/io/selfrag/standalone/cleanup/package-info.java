/** The command that removes what nobody needs any more. */
@NullMarked
package io.selfrag.standalone.cleanup;

import org.jspecify.annotations.NullMarked;
