/**
 * The loop that makes an answer checkable: grade, search again, generate, check each sentence, abstain.
 */
@NullMarked
package io.selfrag.generation.reflect;

import org.jspecify.annotations.NullMarked;
