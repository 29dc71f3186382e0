package io.selfrag.chunker.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.service.kafka.DeadLetterPublisher;
import io.selfrag.service.trace.TraceContext;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives records up inside the transaction that read them. */
final class DeadLetters {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

  private final MeterRegistry meters;

  DeadLetters(MeterRegistry meters) {
    this.meters = meters;
  }

  /** Forwards the record, byte for byte, to the dead letters of the topic it was read from. */
  @SuppressWarnings("NullAway") // Streams' Record is not annotated: null keys and values are what bad records have.
  void give(ProcessorContext<Object, Object> context, Record<byte[], byte[]> record, String stage, ErrorCode code,
      String message,
      @Nullable Throwable cause, int attempt) {
    RecordMetadata from = context.recordMetadata().orElseThrow();
    var headers = new RecordHeaders(record.headers());
    DeadLetterPublisher.addHeaders(headers, from.topic(), from.partition(), from.offset(), stage, code, message, cause,
        attempt);
    TraceContext.of(record.headers()).on(LOG.atWarn()).addKeyValue("topic", from.topic())
        .addKeyValue("partition", from.partition())
        .addKeyValue("offset", from.offset()).addKeyValue("code", code).log("record given up");
    meters.counter("selfrag.deadletters", "topic", from.topic(), "code", code.name()).increment();
    context.forward(new Record<Object, Object>(record.key(), record.value(), record.timestamp(), headers),
        sinkOf(from.topic()));
  }

  /** Name of the sink for the dead letters of a topic. */
  static String sinkOf(String topic) {
    return "to-dead-letters-of-" + topic;
  }
}
