package io.selfrag.query.operations.kafka;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.clients.admin.ListOffsetsOptions;

/** How far each group is behind on each of our topics. */
public final class PipelineLag {
  private static final long LIMIT_MS = 10_000;

  private final Admin admin;
  private final List<String> topics;
  private final String prefix;

  /**
   * @param admin not closed by this
   */
  public PipelineLag(Admin admin, TopicNames names) {
    this.admin = admin;
    this.prefix = names.prefix();
    this.topics = names.definitions(1, (short) 1).stream().map(TopicNames.Definition::name).sorted().toList();
  }

  /**
   * A topic and who reads it.
   *
   * @param endOffset sum over the partitions of what was ever written
   */
  public record TopicLag(String topic, int partitions, long endOffset, List<GroupLag> groups) {
    public TopicLag {
      groups = List.copyOf(groups);
    }
  }

  /** A group's distance to the end. Transaction markers count as records until the group passes them. */
  public record GroupLag(String group, long lag, long largestPartitionLag) {}

  /**
   * Reads it now. Blocks, for ten seconds at most.
   *
   * @throws SelfRagException {@code BROKER_UNAVAILABLE}
   */
  public List<TopicLag> read() {
    try {
      var existing = admin.listTopics().names().get(LIMIT_MS, TimeUnit.MILLISECONDS);
      var described = admin.describeTopics(topics.stream().filter(existing::contains).toList()).allTopicNames()
          .get(LIMIT_MS, TimeUnit.MILLISECONDS);
      var latest = new HashMap<TopicPartition, OffsetSpec>();
      described.values().forEach(topic -> topic.partitions()
          .forEach(it -> latest.put(new TopicPartition(topic.name(), it.partition()), OffsetSpec.latest())));
      var ends = new HashMap<TopicPartition, Long>();
      admin.listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all()
          .get(LIMIT_MS, TimeUnit.MILLISECONDS).forEach((partition, end) -> ends.put(partition, end.offset()));
      return topics(ends, committed());
    } catch (ExecutionException | TimeoutException e) {
      throw new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "the broker does not say where its topics stand", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "interrupted while reading where topics stand", e);
    }
  }

  private Map<String, Map<TopicPartition, OffsetAndMetadata>> committed()
      throws ExecutionException, InterruptedException, TimeoutException {
    var groups = admin.listGroups(new ListGroupsOptions()).all().get(LIMIT_MS, TimeUnit.MILLISECONDS).stream()
        .map(GroupListing::groupId).filter(it -> it.startsWith(prefix))
        .collect(Collectors.toMap(it -> it, it -> new ListConsumerGroupOffsetsSpec()));
    return groups.isEmpty()
        ? Map.of()
        : admin.listConsumerGroupOffsets(groups).all().get(LIMIT_MS, TimeUnit.MILLISECONDS);
  }

  static List<TopicLag> topics(Map<TopicPartition, Long> ends,
      Map<String, Map<TopicPartition, OffsetAndMetadata>> committed) {
    var byTopic = new TreeMap<String, Map<TopicPartition, Long>>();
    ends.forEach(
        (partition, end) -> byTopic.computeIfAbsent(partition.topic(), it -> new HashMap<>()).put(partition, end));
    var result = new ArrayList<TopicLag>();
    byTopic.forEach((topic, partitions) -> {
      var groups = new ArrayList<GroupLag>();
      new TreeMap<>(committed).forEach((group, offsets) -> {
        if (offsets.keySet().stream().anyMatch(it -> it.topic().equals(topic))) {
          groups.add(lag(group, partitions, offsets));
        }
      });
      result.add(new TopicLag(topic, partitions.size(),
          partitions.values().stream().mapToLong(Long::longValue).sum(), groups));
    });
    return result;
  }

  private static GroupLag lag(String group, Map<TopicPartition, Long> ends,
      Map<TopicPartition, OffsetAndMetadata> offsets) {
    long sum = 0;
    long largest = 0;
    for (var end : ends.entrySet()) {
      var at = offsets.get(end.getKey());
      // A partition without a committed offset was not begun.
      long behind = Math.max(0, end.getValue() - (at == null ? 0 : at.offset()));
      sum += behind;
      largest = Math.max(largest, behind);
    }
    return new GroupLag(group, sum, largest);
  }
}
