/** Reranking by a language model. */
@NullMarked
package io.selfrag.generation.rerank.chat;

import org.jspecify.annotations.NullMarked;
