package io.selfrag.chunker.kafka;

import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.AvroSerializer;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.TopicNames;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/** The application {@code split} of one lane: versions in, chunks and events out; keeps nothing (S7). */
public final class SplitTopology {
  static final String TO_CHUNKS = "to-chunks";
  static final String TO_EVENTS = "to-document-events";
  static final String TO_VERSIONS = "to-versions-again";

  private static final String VERSIONS = "versions";
  private static final String SPLIT = "split";

  private SplitTopology() {}

  public static Topology of(TopicNames topics, AvroCodec codec, Lane lane, SplitPorts ports) {
    var topology = new Topology();
    var bytes = new ByteArrayDeserializer();
    var raw = new ByteArraySerializer();
    var key = new StringSerializer();
    var value = new AvroSerializer(codec);
    String from = topics.of(PipelineTopic.VERSIONS, lane);
    topology.addSource(AutoOffsetReset.earliest(), VERSIONS, bytes, bytes, from);
    topology.addProcessor(SPLIT, () -> new SplitProcessor(codec, lane, ports), VERSIONS);
    topology.addSink(TO_CHUNKS, topics.of(PipelineTopic.CHUNKS, lane), key, value, SPLIT);
    topology.addSink(TO_EVENTS, topics.of(PipelineTopic.DOCUMENT_EVENTS), key, value, SPLIT);
    topology.addSink(TO_VERSIONS, from, raw, raw, SPLIT);
    topology.addSink(DeadLetters.sinkOf(from), topics.deadLettersOf(from), raw, raw, SPLIT);
    return topology;
  }
}
