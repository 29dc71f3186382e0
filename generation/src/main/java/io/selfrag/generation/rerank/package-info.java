/** The port of rerankers: models that read a question beside each passage. Knows no framework. */
@NullMarked
package io.selfrag.generation.rerank;

import org.jspecify.annotations.NullMarked;
