/**
 * Chat models of OpenAI and of servers that speak its protocol.
 */
@NullMarked
package io.selfrag.generation.openai;

import org.jspecify.annotations.NullMarked;
