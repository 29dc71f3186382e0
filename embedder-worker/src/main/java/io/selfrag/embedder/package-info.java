/**
 * The worker that turns chunks into embedded chunks: composition root, settings and entry point.
 */
@NullMarked
package io.selfrag.embedder;

import org.jspecify.annotations.NullMarked;
