/** Asks the broker how far the pipeline is. */
@NullMarked
package io.selfrag.query.operations.kafka;

import org.jspecify.annotations.NullMarked;
