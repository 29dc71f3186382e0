package io.selfrag.chunker.order;

import io.selfrag.schemas.Lane;
import java.time.Instant;

/**
 * Where and when a command stands in the log.
 *
 * @param lane of its topic
 * @param offset in its partition
 * @param appendedAt the broker's append time
 */
public record Arrival(Lane lane, long offset, Instant appendedAt) {}
