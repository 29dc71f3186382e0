/** What operators look at: the pipeline's lag. */
@NullMarked
package io.selfrag.query.operations.kafka;

import org.jspecify.annotations.NullMarked;
