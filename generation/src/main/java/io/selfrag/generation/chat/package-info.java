/**
 * Port of what writes answers: messages go in, pieces of text and the usage come out.
 */
@NullMarked
package io.selfrag.generation.chat;

import org.jspecify.annotations.NullMarked;
