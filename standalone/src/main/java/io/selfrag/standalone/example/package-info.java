/** Small programs that show how others use the system; the README runs them. */
@NullMarked
package io.selfrag.standalone.example;

import org.jspecify.annotations.NullMarked;
