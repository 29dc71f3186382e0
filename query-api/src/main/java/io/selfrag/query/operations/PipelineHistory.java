package io.selfrag.query.operations;

import io.selfrag.query.operations.PipelineReport.GroupReport;
import io.selfrag.query.operations.PipelineReport.TopicReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The last looks at the broker and what they say together: rates, and since when a group has not moved. Safe for concurrent
 * callers.
 */
public final class PipelineHistory {
  /** Rates are means over this time. */
  private static final Duration WINDOW = Duration.ofSeconds(60);

  private final Map<String, Set<String>> expected;
  private final Deque<PipelineSnapshot> looks = new ArrayDeque<>();
  private final Map<String, Instant> moved = new HashMap<>();
  /** When a group last moved on a partition, or had nothing to do there. */
  private final Map<String, Map<Spot, Instant>> easy = new HashMap<>();

  /** @param expected topics of the groups that are to be there, whether they have ever been seen or not */
  public PipelineHistory(Map<String, Set<String>> expected) {
    this.expected = Map.copyOf(expected);
  }

  /** Adds a look; one that is older than the last is ignored. */
  public synchronized void add(PipelineSnapshot look) {
    var last = looks.peekLast();
    if (last != null && !look.at().isAfter(last.at())) {
      return;
    }
    for (String group : groups(look)) {
      for (String topic : topics(look, group)) {
        var waiting = look.waiting(group, topic);
        var before = last == null ? Map.<Spot, Long>of() : last.positions(group, topic);
        look.positions(group, topic).forEach((spot, position) -> {
          boolean advanced = before.containsKey(spot) && position > before.get(spot);
          if (advanced) {
            moved.put(group, look.at());
          }
          if (advanced || !before.containsKey(spot) || waiting.getOrDefault(spot, 0L) == 0) {
            easy.computeIfAbsent(group, _ -> new HashMap<>()).put(spot, look.at());
          }
        });
      }
    }
    looks.addLast(look);
    while (looks.size() > 2 && looks.getFirst().at().isBefore(look.at().minus(WINDOW))) {
      looks.removeFirst();
    }
  }

  public synchronized Optional<PipelineSnapshot> latest() {
    return Optional.ofNullable(looks.peekLast());
  }

  /** When a look first saw that the group had moved on; null if none did. */
  synchronized @Nullable Instant lastMoved(String group) {
    return moved.get(group);
  }

  /** How long something has waited for the group on a partition where it does not move, as far as the looks tell. */
  synchronized Duration standsStill(String group) {
    var now = looks.peekLast();
    if (now == null) {
      return Duration.ZERO;
    }
    return easy.getOrDefault(group, Map.of()).values().stream().map(it -> Duration.between(it, now.at()))
        .max(Duration::compareTo).orElse(Duration.ZERO);
  }

  /** What each group waits for next, of those that have something to do: its position on each partition. */
  public synchronized Map<String, Map<Spot, Long>> next() {
    var next = new HashMap<String, Map<Spot, Long>>();
    var now = looks.peekLast();
    if (now != null) {
      for (String group : groups(now)) {
        for (String topic : topics(now, group)) {
          var waiting = now.waiting(group, topic);
          now.positions(group, topic).forEach((spot, position) -> {
            if (waiting.getOrDefault(spot, 0L) > 0) {
              next.computeIfAbsent(group, _ -> new HashMap<>()).put(spot, position);
            }
          });
        }
      }
    }
    return next;
  }

  /**
   * Every topic with who reads it, by name.
   *
   * @param waitingSince when the record was written that each group takes next on a partition, where something waits
   */
  public synchronized PipelineReport report(Map<String, Map<Spot, Instant>> waitingSince) {
    var now = looks.peekLast();
    if (now == null) {
      return new PipelineReport(null, List.of());
    }
    var then = looks.getFirst();
    var topics = new ArrayList<TopicReport>();
    for (String topic : now.topics()) {
      var ends = now.endsOf(topic);
      var rateIn = rate(then, now, PipelineSnapshot.sum(then.endsOf(topic)), PipelineSnapshot.sum(ends));
      var readers = groups(now).stream().filter(it -> topics(now, it).contains(topic))
          .map(it -> group(then, now, it, topic, rateIn, waitingSince.getOrDefault(it, Map.of()))).toList();
      topics.add(new TopicReport(topic, ends.size(), PipelineSnapshot.sum(ends), rateIn, readers));
    }
    return new PipelineReport(now.at(), topics);
  }

  private GroupReport group(PipelineSnapshot then, PipelineSnapshot now, String group, String topic,
      @Nullable Double rateIn, Map<Spot, Instant> waitingSince) {
    var waiting = now.waiting(group, topic);
    long lag = PipelineSnapshot.sum(waiting);
    var rateOut = rate(then, now, PipelineSnapshot.sum(then.positions(group, topic)),
        PipelineSnapshot.sum(now.positions(group, topic)));
    var oldest = waitingSince.entrySet().stream().filter(it -> it.getKey().topic().equals(topic))
        .map(Map.Entry::getValue).min(Instant::compareTo).map(it -> Duration.between(it, now.at())).orElse(null);
    return new GroupReport(group, now.members(group), lag,
        waiting.values().stream().mapToLong(Long::longValue).max().orElse(0), rateOut, oldest,
        eta(lag, rateIn, rateOut), lastMoved(group));
  }

  private Set<String> groups(PipelineSnapshot look) {
    var groups = new TreeSet<>(expected.keySet());
    groups.addAll(look.groups().keySet());
    return groups;
  }

  private Set<String> topics(PipelineSnapshot look, String group) {
    var topics = new TreeSet<>(look.readBy(group));
    topics.addAll(expected.getOrDefault(group, Set.of()));
    return topics;
  }

  private static @Nullable Double rate(PipelineSnapshot then, PipelineSnapshot now, long before, long after) {
    double seconds = Duration.between(then.at(), now.at()).toMillis() / 1000.0;
    return seconds <= 0 ? null : Double.valueOf(Math.max(0, after - before) / seconds);
  }

  /** Until nothing waits if all goes on like this; null if it never would. */
  private static @Nullable Duration eta(long lag, @Nullable Double in, @Nullable Double out) {
    if (lag == 0) {
      return Duration.ZERO;
    }
    double gain = in == null || out == null ? 0 : out - in;
    return gain <= 0 ? null : Duration.ofMillis((long) (lag / gain * 1000));
  }
}
