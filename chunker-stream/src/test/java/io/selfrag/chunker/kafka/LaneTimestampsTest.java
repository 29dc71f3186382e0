package io.selfrag.chunker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.schemas.Lane;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class LaneTimestampsTest {
  private static final long NOW = Instant.parse("2026-11-28T00:00:00Z").toEpochMilli();
  private static final long HEAD_START = LaneTimestamps.HEAD_START.toMillis();

  private final LaneTimestamps interactive = new LaneTimestamps(Lane.INTERACTIVE);
  private final LaneTimestamps bulk = new LaneTimestamps(Lane.BULK);

  @Test
  void s8AnInteractiveRecordGoesBeforeABulkOneOfTheLastMinute() {
    assertThat(interactive.extract(appended(NOW), -1)).isLessThan(bulk.extract(appended(NOW - HEAD_START + 1), -1));
  }

  @Test
  void s8ABulkRecordThatWaitedForLongerThanTheHeadStartGoesFirst() {
    assertThat(bulk.extract(appended(NOW - HEAD_START - 1), -1)).isLessThan(interactive.extract(appended(NOW), -1));
  }

  @Test
  void s8TheBrokersAppendTimeIsFoundAgainInBothLanes() {
    assertThat(LaneTimestamps.appendedAt(interactive.extract(appended(NOW), -1), Lane.INTERACTIVE))
        .isEqualTo(Instant.ofEpochMilli(NOW));
    assertThat(LaneTimestamps.appendedAt(bulk.extract(appended(NOW), -1), Lane.BULK))
        .isEqualTo(Instant.ofEpochMilli(NOW));
  }

  @Test
  void s8NoTimeBecomesNegativeForStreamsWouldDropTheRecord() {
    assertThat(interactive.extract(appended(1), -1)).isZero();
  }

  private static ConsumerRecord<Object, Object> appended(long timestamp) {
    return new ConsumerRecord<>("documents", 0, 0, timestamp, TimestampType.LOG_APPEND_TIME, 0, 0, "key", "value",
        new RecordHeaders(), Optional.empty());
  }
}
