/** The route of retrieval and its bodies. */
@NullMarked
package io.selfrag.query.retrieve.http;

import org.jspecify.annotations.NullMarked;
