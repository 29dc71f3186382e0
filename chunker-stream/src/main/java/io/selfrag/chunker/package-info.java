/**
 * The service {@code chunker-stream}: from commands about documents to chunks. Settings and composition root are here;
 * {@code order} decides, {@code parse} and {@code split} work, {@code kafka} runs them.
 */
@NullMarked
package io.selfrag.chunker;

import org.jspecify.annotations.NullMarked;
