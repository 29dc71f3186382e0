/**
 * Local scores, in milliseconds and without a language model: is a passage about a question, does it support a sentence.
 */
@NullMarked
package io.selfrag.generation.support;

import org.jspecify.annotations.NullMarked;
