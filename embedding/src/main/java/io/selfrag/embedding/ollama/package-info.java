/** Embeds through an Ollama server: bge-m3 by default, any embedding model it holds. */
@NullMarked
package io.selfrag.embedding.ollama;

import org.jspecify.annotations.NullMarked;
