/** The operator's routes that look at the pipeline and its dead letters. */
@NullMarked
package io.selfrag.query.operations.http;

import org.jspecify.annotations.NullMarked;
