/** Measurements of speed, and how they are printed. */
@NullMarked
package io.selfrag.bench.measure;

import org.jspecify.annotations.NullMarked;
