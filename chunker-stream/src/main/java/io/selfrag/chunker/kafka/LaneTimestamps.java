package io.selfrag.chunker.kafka;

import io.selfrag.schemas.Lane;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Makes interactive records look older than they are, so that Streams, which takes the oldest first, takes them before bulk
 * ones; bulk waits for them at most this long (S8). Does nothing else: the broker stamps what we write anew.
 */
final class LaneTimestamps implements TimestampExtractor {
  static final Duration HEAD_START = Duration.ofSeconds(60);

  private final Lane lane;

  LaneTimestamps(Lane lane) {
    this.lane = lane;
  }

  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    // Streams drops records before 1970.
    return Math.max(0, record.timestamp() - shift(lane));
  }

  /** The broker's append time of a record whose time was extracted here. */
  static Instant appendedAt(long extracted, Lane lane) {
    return Instant.ofEpochMilli(extracted + shift(lane));
  }

  private static long shift(Lane lane) {
    return lane == Lane.INTERACTIVE ? HEAD_START.toMillis() : 0;
  }
}
