/** How fast texts become vectors. */
@NullMarked
package io.selfrag.bench.embed;

import org.jspecify.annotations.NullMarked;
