package io.selfrag.indexer.kafka;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
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
  public Horizon horizon() throws InterruptedException {
    var wanted = new HashMap<TopicPartition, OffsetSpec>();
    for (var description : get(admin.describeTopics(List.of(topic)).allTopicNames()).values()) {
      description.partitions()
          .forEach(it -> wanted.put(new TopicPartition(topic, it.partition()), OffsetSpec.latest()));
    }
    var ends = new HashMap<TopicPartition, Long>();
    get(admin.listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return () -> isPassed(ends);
  }

  private boolean isPassed(Map<TopicPartition, Long> ends) throws InterruptedException {
    var committed = get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    return ends.entrySet().stream().allMatch(it -> {
      var offset = committed.get(it.getKey());
      return it.getValue() == 0 || (offset != null && offset.offset() >= it.getValue());
    });
  }

  private <T> T get(KafkaFuture<T> answer) throws InterruptedException {
    try {
      return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "the progress of " + group + " cannot be read", e);
    }
  }
}
