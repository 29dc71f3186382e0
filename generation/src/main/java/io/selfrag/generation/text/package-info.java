/**
 * Sentences and content words of English, Chinese and mixed text.
 */
@NullMarked
package io.selfrag.generation.text;

import org.jspecify.annotations.NullMarked;
