/**
 * Chat models of an Ollama server.
 */
@NullMarked
package io.selfrag.generation.ollama;

import org.jspecify.annotations.NullMarked;
