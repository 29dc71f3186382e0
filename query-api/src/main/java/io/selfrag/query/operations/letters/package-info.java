/** Doing again what the pipeline gave up. */
@NullMarked
package io.selfrag.query.operations.letters;

import org.jspecify.annotations.NullMarked;
