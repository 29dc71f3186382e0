package io.selfrag.chunker.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.chunker.order.DocumentKey;
import io.selfrag.chunker.order.DocumentOrder;
import io.selfrag.chunker.order.Timeline;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.AvroDeserializer;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.DocumentState;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Keeps in mind how versions ended: after a failure the same bytes are not unchanged (S6). */
final class LearnProcessor implements Processor<byte[], byte[], Object, Object> {
  private final AvroDeserializer deserializer;
  private final DeadLetters deadLetters;
  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<Object, Object> context;
  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<byte[], DocumentState> documents;

  LearnProcessor(AvroCodec codec, MeterRegistry meters) {
    this.deserializer = new AvroDeserializer(codec);
    this.deadLetters = new DeadLetters(meters);
  }

  @Override
  public void init(ProcessorContext<Object, Object> processorContext) {
    context = processorContext;
    documents = context.getStateStore(OrderTopology.DOCUMENTS_STORE);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    switch (deserializer.deserialize("", record.value())) {
      case Decoded.Value(DocumentEvent event) -> learn(event);
      case Decoded.Value(var other) -> deadLetters.give(context, record, Timeline.STAGE, ErrorCode.UNDECODABLE,
          other.getClass().getSimpleName() + " is no event", null, 1);
      case Decoded.Undecodable it ->
        deadLetters.give(context, record, Timeline.STAGE, ErrorCode.UNDECODABLE, it.reason(), null, 1);
    }
  }

  private void learn(DocumentEvent event) {
    switch (event.getStage()) {
      case INDEXED, FAILED -> {
        byte[] key = DocumentKey.of(event).toBytes();
        var before = documents.get(key);
        var after = DocumentOrder.learn(before, event);
        if (!Objects.equals(before, after)) {
          documents.put(key, after);
        }
      }
      default -> {
        // Nothing that a later command depends on.
      }
    }
  }
}
