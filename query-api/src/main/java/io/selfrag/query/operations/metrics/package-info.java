/** What the pipeline's state is as numbers for dashboards and alerts. */
@NullMarked
package io.selfrag.query.operations.metrics;

import org.jspecify.annotations.NullMarked;
