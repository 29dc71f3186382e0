/** The deployment's reranker, as the operator's settings have it. */
@NullMarked
package io.selfrag.query.rerank;

import org.jspecify.annotations.NullMarked;
