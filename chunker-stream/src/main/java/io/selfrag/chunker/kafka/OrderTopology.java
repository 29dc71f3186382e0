package io.selfrag.chunker.kafka;

import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.AvroSerializer;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.DocumentState;
import io.selfrag.schemas.avro.KnowledgeBaseState;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * The application {@code order}: both lanes of commands and the timeline in, versions, notices and events out, with what is
 * known of every document and knowledge base in two stores (S1, S6, S9).
 */
public final class OrderTopology {
  static final String DOCUMENTS_STORE = "documents";
  static final String GENERATIONS_STORE = "generations";
  static final String TO_EVENTS = "to-document-events";
  static final String TO_COMMANDS = "to-documents-bulk";

  private static final String DECIDE = "decide";
  private static final String LEARN = "learn";

  private OrderTopology() {}

  public static Topology of(TopicNames topics, AvroCodec codec, OrderPorts ports) {
    var topology = new Topology();
    var bytes = new ByteArrayDeserializer();
    for (Lane lane : Lane.values()) {
      topology.addSource(AutoOffsetReset.earliest(), source(lane), new LaneTimestamps(lane), bytes, bytes,
          topics.of(PipelineTopic.DOCUMENTS, lane));
    }
    topology.addSource(AutoOffsetReset.earliest(), "document-events", new LaneTimestamps(Lane.BULK), bytes, bytes,
        topics.of(PipelineTopic.DOCUMENT_EVENTS));
    topology.addProcessor(DECIDE, () -> new DecideProcessor(topics, codec, ports), source(Lane.INTERACTIVE),
        source(Lane.BULK));
    topology.addProcessor(LEARN, () -> new LearnProcessor(codec, ports.meters()), "document-events");
    topology.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(DOCUMENTS_STORE),
        Serdes.ByteArray(), StateSerde.of(codec, DocumentState.class)), DECIDE, LEARN);
    topology.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(GENERATIONS_STORE),
        Serdes.ByteArray(), StateSerde.of(codec, KnowledgeBaseState.class)), DECIDE);
    addSinks(topology, topics, codec);
    return topology;
  }

  static String toVersions(Lane lane) {
    return "to-versions-" + lane.wireName();
  }

  static String toNotices(Lane lane) {
    return "to-embedded-chunks-" + lane.wireName();
  }

  private static String source(Lane lane) {
    return "documents-" + lane.wireName();
  }

  private static void addSinks(Topology topology, TopicNames topics, AvroCodec codec) {
    var key = new StringSerializer();
    var value = new AvroSerializer(codec);
    var bytes = new ByteArraySerializer();
    for (Lane lane : Lane.values()) {
      topology.addSink(toVersions(lane), topics.of(PipelineTopic.VERSIONS, lane), key, value, DECIDE);
      topology.addSink(toNotices(lane), topics.of(PipelineTopic.EMBEDDED_CHUNKS, lane), key, value, DECIDE);
      String from = topics.of(PipelineTopic.DOCUMENTS, lane);
      topology.addSink(DeadLetters.sinkOf(from), topics.deadLettersOf(from), bytes, bytes, DECIDE);
    }
    topology.addSink(TO_EVENTS, topics.of(PipelineTopic.DOCUMENT_EVENTS), key, value, DECIDE);
    topology.addSink(TO_COMMANDS, topics.of(PipelineTopic.DOCUMENTS, Lane.BULK), key, value, DECIDE);
    String events = topics.of(PipelineTopic.DOCUMENT_EVENTS);
    topology.addSink(DeadLetters.sinkOf(events), topics.deadLettersOf(events), bytes, bytes, LEARN);
  }
}
