/** Reranking by late interaction: in process, without a server and without a model of its own. */
@NullMarked
package io.selfrag.generation.rerank.late;

import org.jspecify.annotations.NullMarked;
