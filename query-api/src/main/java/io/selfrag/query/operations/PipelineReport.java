package io.selfrag.query.operations;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every topic with who reads it.
 *
 * @param at when the broker was asked; null before the first answer
 */
public record PipelineReport(@Nullable Instant at, List<TopicReport> topics) {
  public PipelineReport {
    topics = List.copyOf(topics);
  }

  /**
   * A topic.
   *
   * @param endOffset sum over the partitions of what was ever written, markers of transactions included
   * @param rateIn records a second; null until two looks are there
   */
  public record TopicReport(String topic, int partitions, long endOffset, @Nullable Double rateIn,
      List<GroupReport> groups) {
    public TopicReport {
      groups = List.copyOf(groups);
    }
  }

  /**
   * A group on a topic.
   *
   * @param members instances that read at this moment
   * @param lag records that wait; markers of transactions count until the group has passed them
   * @param rateOut records a second; null until two looks are there
   * @param oldestWaiting age of the oldest record that waits; null if none does
   * @param eta until nothing waits if all goes on like this; null if it never would
   * @param lastProgress when a look first saw that it had moved; null if none did
   */
  public record GroupReport(String group, int members, long lag, long largestPartitionLag, @Nullable Double rateOut,
      @Nullable Duration oldestWaiting, @Nullable Duration eta, @Nullable Instant lastProgress) {}
}
