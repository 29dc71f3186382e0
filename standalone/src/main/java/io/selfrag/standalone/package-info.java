/** The command line of the system. Each command is a class; what they share is in {@code client} and {@code up}. */
@NullMarked
package io.selfrag.standalone;

import org.jspecify.annotations.NullMarked;
