/** The route of evaluation and its bodies. */
@NullMarked
package io.selfrag.query.evaluate.http;

import org.jspecify.annotations.NullMarked;
