/**
 * Answers without a language model: the best sentences of the passages, labelled as such.
 */
@NullMarked
package io.selfrag.generation.extractive;

import org.jspecify.annotations.NullMarked;
