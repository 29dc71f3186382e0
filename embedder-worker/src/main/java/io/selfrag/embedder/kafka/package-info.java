/**
 * Reading chunks, writing embedded chunks, dead letters and events.
 */
@NullMarked
package io.selfrag.embedder.kafka;

import org.jspecify.annotations.NullMarked;
