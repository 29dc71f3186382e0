package io.selfrag.schemas;

import java.util.List;
import java.util.stream.Stream;

/**
 * Who reads the pipeline's topics: the consumer groups by which anyone with a broker's client sees how far each worker is,
 * wherever it runs.
 */
public enum PipelineWorker {
  ORDER("order", "order"),
  SPLIT("split", "split"),
  SPLIT_BULK("split-bulk", "split-bulk"),
  EMBEDDER("embedder", "embedder-worker"),
  EMBEDDER_BULK("embedder-bulk", "embedder-worker"),
  INDEXER("indexer", "indexer-sink"),
  INDEXER_BULK("indexer-bulk", "indexer-sink"),
  PROJECTION("projection", "event-projection"),
  DEAD_LETTERS("dead-letters", "dead-letter-list");

  private final String wireName;
  private final String stage;

  PipelineWorker(String wireName, String stage) {
    this.wireName = wireName;
    this.stage = stage;
  }

  /** Its name in groups and in answers. */
  public String wireName() {
    return wireName;
  }

  /** What it calls itself in the health of its own service. */
  public String stage() {
    return stage;
  }

  /** Its consumer group; of a Streams application also the application id. */
  public String group(TopicNames topics) {
    return topics.prefix() + wireName;
  }

  /** What it reads. */
  public List<String> topics(TopicNames topics) {
    return switch (this) {
      case ORDER -> List.of(topics.of(PipelineTopic.DOCUMENTS), topics.of(PipelineTopic.DOCUMENTS, Lane.BULK),
          topics.of(PipelineTopic.DOCUMENT_EVENTS));
      case SPLIT -> List.of(topics.of(PipelineTopic.VERSIONS));
      case SPLIT_BULK -> List.of(topics.of(PipelineTopic.VERSIONS, Lane.BULK));
      case EMBEDDER -> List.of(topics.of(PipelineTopic.CHUNKS));
      case EMBEDDER_BULK -> List.of(topics.of(PipelineTopic.CHUNKS, Lane.BULK));
      case INDEXER -> List.of(topics.of(PipelineTopic.EMBEDDED_CHUNKS));
      case INDEXER_BULK -> List.of(topics.of(PipelineTopic.EMBEDDED_CHUNKS, Lane.BULK));
      case PROJECTION -> List.of(topics.of(PipelineTopic.DOCUMENT_EVENTS));
      case DEAD_LETTERS -> deadLetters(topics).toList();
    };
  }

  private static Stream<String> deadLetters(TopicNames topics) {
    return topics.definitions(1, (short) 1).stream().map(TopicNames.Definition::name).filter(topics::isDeadLetters);
  }
}
