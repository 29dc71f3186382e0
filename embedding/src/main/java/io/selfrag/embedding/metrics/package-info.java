/** What is measured about embedding. */
@NullMarked
package io.selfrag.embedding.metrics;

import org.jspecify.annotations.NullMarked;
