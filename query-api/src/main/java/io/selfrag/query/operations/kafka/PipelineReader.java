package io.selfrag.query.operations.kafka;

import io.selfrag.query.operations.PipelineSnapshot;
import io.selfrag.query.operations.PipelineSnapshot.Group;
import io.selfrag.query.operations.Spot;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Looks at our topics and the groups that read them. A look is six small requests; no record is read. */
public final class PipelineReader {
  /** Of each request; the answers come at once or not at all. */
  static final int LIMIT_MS = 1_500;

  private final Admin admin;
  private final InstantSource clock;
  private final Set<String> topics;
  private final String prefix;

  /** @param admin not closed by this */
  public PipelineReader(Admin admin, TopicNames names, InstantSource clock) {
    this.admin = admin;
    this.clock = clock;
    this.prefix = names.prefix();
    this.topics = names.definitions(1, (short) 1).stream().map(TopicNames.Definition::name)
        .collect(Collectors.toSet());
  }

  /**
   * Looks now. Blocks, for a few seconds at most.
   *
   * @throws SelfRagException {@code BROKER_UNAVAILABLE}
   */
  public PipelineSnapshot read() {
    try {
      var partitions = partitions();
      var groups = get(admin.listGroups(new ListGroupsOptions().timeoutMs(LIMIT_MS)).all()).stream()
          .map(GroupListing::groupId).filter(it -> it.startsWith(prefix)).toList();
      // Where groups are is asked before where the ends are, or a busy group would seem to be ahead of its topic.
      var committed = committed(groups);
      var members = members(groups);
      var starts = offsets(partitions, OffsetSpec.earliest());
      var ends = offsets(partitions, OffsetSpec.latest());
      return new PipelineSnapshot(clock.instant(), starts, ends, groups.stream().collect(Collectors.toMap(it -> it,
          it -> new Group(members.getOrDefault(it, 0), committed.getOrDefault(it, Map.of())))));
    } catch (ExecutionException | TimeoutException e) {
      throw new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "the broker does not say where its topics stand", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "interrupted while reading where topics stand", e);
    }
  }

  private Set<TopicPartition> partitions() throws ExecutionException, InterruptedException, TimeoutException {
    var existing = new HashSet<>(get(admin.listTopics(new ListTopicsOptions().timeoutMs(LIMIT_MS)).names()));
    existing.retainAll(topics);
    var partitions = new HashSet<TopicPartition>();
    get(admin.describeTopics(existing, new DescribeTopicsOptions().timeoutMs(LIMIT_MS)).allTopicNames())
        .forEach((name, topic) -> topic.partitions()
            .forEach(it -> partitions.add(new TopicPartition(name, it.partition()))));
    return partitions;
  }

  private Map<Spot, Long> offsets(Set<TopicPartition> partitions, OffsetSpec which)
      throws ExecutionException, InterruptedException, TimeoutException {
    var wanted = partitions.stream().collect(Collectors.toMap(it -> it, _ -> which));
    return get(admin.listOffsets(wanted, committedOnly()).all()).entrySet().stream()
        .collect(Collectors.toMap(it -> spot(it.getKey()), it -> it.getValue().offset()));
  }

  static ListOffsetsOptions committedOnly() {
    var options = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    options.timeoutMs(LIMIT_MS);
    return options;
  }

  private Map<String, Map<Spot, Long>> committed(List<String> groups)
      throws ExecutionException, InterruptedException, TimeoutException {
    if (groups.isEmpty()) {
      return Map.of();
    }
    var options = new ListConsumerGroupOffsetsOptions();
    options.timeoutMs(LIMIT_MS);
    var wanted = groups.stream().collect(Collectors.toMap(it -> it, _ -> new ListConsumerGroupOffsetsSpec()));
    var committed = new HashMap<String, Map<Spot, Long>>();
    get(admin.listConsumerGroupOffsets(wanted, options).all()).forEach((group, offsets) -> {
      var spots = new HashMap<Spot, Long>();
      offsets.forEach((partition, offset) -> {
        // The broker says null of a partition whose offset it has forgotten.
        if (offset != null && topics.contains(partition.topic())) {
          spots.put(spot(partition), offset.offset());
        }
      });
      committed.put(group, spots);
    });
    return committed;
  }

  private Map<String, Integer> members(Collection<String> groups)
      throws ExecutionException, InterruptedException, TimeoutException {
    if (groups.isEmpty()) {
      return Map.of();
    }
    var options = new DescribeConsumerGroupsOptions();
    options.timeoutMs(LIMIT_MS);
    var members = new HashMap<String, Integer>();
    for (var described : admin.describeConsumerGroups(groups, options).describedGroups().entrySet()) {
      try {
        members.put(described.getKey(), get(described.getValue()).members().size());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof GroupIdNotFoundException)) {
          throw e;
        }
        members.put(described.getKey(), 0);
      }
    }
    return members;
  }

  static Spot spot(TopicPartition partition) {
    return new Spot(partition.topic(), partition.partition());
  }

  static <T> T get(KafkaFuture<T> answer) throws ExecutionException, InterruptedException, TimeoutException {
    return answer.get(LIMIT_MS, TimeUnit.MILLISECONDS);
  }
}
