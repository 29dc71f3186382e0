/** Embeds through any server that speaks OpenAI's embeddings route. */
@NullMarked
package io.selfrag.embedding.openai;

import org.jspecify.annotations.NullMarked;
