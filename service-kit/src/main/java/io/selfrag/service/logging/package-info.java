/** How log lines look, and where those of a process with a terminal go. */
@NullMarked
package io.selfrag.service.logging;

import org.jspecify.annotations.NullMarked;
