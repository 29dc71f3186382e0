/** The commands that keep everything somewhere else, and bring it back. */
@NullMarked
package io.selfrag.standalone.backup;

import org.jspecify.annotations.NullMarked;
