/** The command about what the pipeline gave up: listed, shown, tried again. */
@NullMarked
package io.selfrag.standalone.letters;

import org.jspecify.annotations.NullMarked;
