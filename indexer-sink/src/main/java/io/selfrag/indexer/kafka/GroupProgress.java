package io.selfrag.indexer.kafka;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Compares a group's committed offsets with the ends of a topic. */
public final class GroupProgress implements ProjectionProgress {
  private static final int TIMEOUT_SECONDS = 10;

  private final Admin admin;
  private final String topic;
  private final String group;

  /**
   * @param admin not closed by this
   */
  public GroupProgress(Admin admin, String topic, String group) {
    this.admin = admin;
    this.topic = topic;
    this.group = group;
  }

  @Override
  public boolean isCaughtUp() throws InterruptedException {
    try {
      var partitions = admin.describeTopics(List.of(topic)).allTopicNames()
          .get(TIMEOUT_SECONDS, TimeUnit.SECONDS).get(topic);
      var wanted = new HashMap<TopicPartition, OffsetSpec>();
      if (partitions != null) {
        partitions.partitions()
            .forEach(it -> wanted.put(new TopicPartition(topic, it.partition()), OffsetSpec.latest()));
      }
      var ends = admin.listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all()
          .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      var committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()
          .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return ends.entrySet().stream().allMatch(it -> {
        var offset = committed.get(it.getKey());
        return it.getValue().offset() == 0 || (offset != null && offset.offset() >= it.getValue().offset());
      });
    } catch (ExecutionException | TimeoutException e) {
      throw new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "the progress of " + group + " cannot be read", e);
    }
  }
}
