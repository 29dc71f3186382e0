package io.selfrag.schemas;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Spells topic names; nobody else does.
 *
 * @param prefix in front of every name, such as {@code selfrag.}; letters, digits, dots, dashes and underscores
 */
public record TopicNames(String prefix) {
  /** Largest record on the documents topics and their dead letters: 8 MiB of inlined content and its envelope. */
  public static final int MAX_MESSAGE_BYTES = 9 * 1024 * 1024;

  private static final String BULK = ".bulk";
  private static final String DEAD_LETTERS = ".dlt";

  public TopicNames {
    if (!prefix.matches("[a-zA-Z0-9._-]{0,100}")) {
      throw new IllegalArgumentException("bad topic prefix: " + prefix);
    }
  }

  /** Name of the interactive lane's topic, or of the only one. */
  public String of(PipelineTopic topic) {
    return of(topic, Lane.INTERACTIVE);
  }

  public String of(PipelineTopic topic, Lane lane) {
    if (lane == Lane.BULK && !topic.hasBulkLane()) {
      throw new IllegalArgumentException(topic + " has no bulk lane");
    }
    return prefix + topic.baseName() + (lane == Lane.BULK ? BULK : "");
  }

  /**
   * The application id, and with it the consumer group, of chunker-stream's order. Its committed offsets say which commands
   * can no longer come as a surprise (S3).
   */
  public String orderGroup() {
    return prefix + "order";
  }

  /**
   * The consumer group that projects the timeline into states (S14). What it has passed is in the database, so whoever waits for a
   * state compares with its committed offsets (S3).
   */
  public String projectionGroup() {
    return prefix + "projection";
  }

  /** Name of a topic's dead letters. */
  public String deadLettersOf(String topicName) {
    return topicName + DEAD_LETTERS;
  }

  /** True if the name is one of our topics of dead letters. */
  public boolean isDeadLetters(String topicName) {
    return topicName.startsWith(prefix) && topicName.endsWith(DEAD_LETTERS);
  }

  /** The lane that a topic name belongs to, dead letters included. */
  public Lane laneOf(String topicName) {
    return topicName.endsWith(BULK) || topicName.endsWith(BULK + DEAD_LETTERS) ? Lane.BULK : Lane.INTERACTIVE;
  }

  /**
   * Every topic with its settings. All use the broker's append time (S8); the documents topics and all dead letters take
   * large records.
   *
   * @param partitions of every topic; co-partitioning needs one number for all
   */
  public List<Definition> definitions(int partitions, short replication) {
    var definitions = new ArrayList<Definition>();
    for (PipelineTopic topic : PipelineTopic.values()) {
      for (Lane lane : topic.hasBulkLane() ? List.of(Lane.values()) : List.of(Lane.INTERACTIVE)) {
        var name = of(topic, lane);
        definitions.add(new Definition(name, partitions, replication, settings(topic.cleanup())));
        definitions.add(
            new Definition(deadLettersOf(name), partitions, replication, settings(PipelineTopic.Cleanup.RETAIN)));
      }
    }
    return List.copyOf(definitions);
  }

  private static Map<String, String> settings(PipelineTopic.Cleanup cleanup) {
    var settings = new HashMap<String, String>();
    settings.put("message.timestamp.type", "LogAppendTime");
    settings.put("max.message.bytes", String.valueOf(MAX_MESSAGE_BYTES));
    if (cleanup == PipelineTopic.Cleanup.COMPACT) {
      settings.put("cleanup.policy", "compact");
    } else {
      settings.put("cleanup.policy", "delete");
      settings.put("retention.ms", String.valueOf(7L * 24 * 3600 * 1000));
    }
    return Map.copyOf(settings);
  }

  /** A topic as it is to be created. */
  public record Definition(String name, int partitions, short replication, Map<String, String> settings) {
    public Definition {
      settings = Map.copyOf(settings);
    }
  }
}
