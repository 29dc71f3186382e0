/**
 * A pool of parser processes with their own heap and a time limit a document, so that no file can hurt the worker.
 */
@NullMarked
package io.selfrag.chunker.parse.process;

import org.jspecify.annotations.NullMarked;
