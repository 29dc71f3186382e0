/**
 * The sink's three readers: embedded chunks of both lanes, the timeline, and dead letters.
 */
@NullMarked
package io.selfrag.indexer.kafka;

import org.jspecify.annotations.NullMarked;
