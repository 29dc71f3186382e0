package io.selfrag.query.operations;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One look at the broker.
 *
 * @param starts first offset of each partition that is still there
 * @param ends offset that each partition's next committed record gets
 * @param groups by name; those that nobody ever joined are missing
 */
public record PipelineSnapshot(Instant at, Map<Spot, Long> starts, Map<Spot, Long> ends, Map<String, Group> groups) {
  public PipelineSnapshot {
    starts = Map.copyOf(starts);
    ends = Map.copyOf(ends);
    groups = Map.copyOf(groups);
  }

  /**
   * A consumer group.
   *
   * @param members instances that read at this moment
   * @param committed where it goes on; a partition that was not begun is missing
   */
  public record Group(int members, Map<Spot, Long> committed) {
    public Group {
      committed = Map.copyOf(committed);
    }
  }

  /** The partitions of a topic with the offset of each one's next record. */
  Map<Spot, Long> endsOf(String topic) {
    return ends.entrySet().stream().filter(it -> it.getKey().topic().equals(topic))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** The topics, in order. */
  Set<String> topics() {
    return ends.keySet().stream().map(Spot::topic).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Where the group goes on in each partition of a topic, whether it has begun there or not. */
  public Map<Spot, Long> positions(String group, String topic) {
    var committed = groups.containsKey(group) ? groups.get(group).committed() : Map.<Spot, Long>of();
    return endsOf(topic).keySet().stream().collect(Collectors.toMap(it -> it,
        it -> Math.max(committed.getOrDefault(it, 0L), starts.getOrDefault(it, 0L))));
  }

  /** Records that wait for the group in each partition of a topic. */
  public Map<Spot, Long> waiting(String group, String topic) {
    var ahead = endsOf(topic);
    return positions(group, topic).entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey,
        it -> Math.max(0, ahead.getOrDefault(it.getKey(), 0L) - it.getValue())));
  }

  int members(String group) {
    return groups.containsKey(group) ? groups.get(group).members() : 0;
  }

  /** Topics of which the group has ever committed an offset. */
  Set<String> readBy(String group) {
    return groups.containsKey(group)
        ? groups.get(group).committed().keySet().stream().map(Spot::topic).collect(Collectors.toSet())
        : Set.of();
  }

  static long sum(Map<Spot, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }
}
