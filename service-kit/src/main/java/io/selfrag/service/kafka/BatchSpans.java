package io.selfrag.service.kafka;

import io.selfrag.service.trace.Span;
import io.selfrag.service.trace.SpanRole;
import io.selfrag.service.trace.Spans;
import io.selfrag.service.trace.TraceContext;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * The spans of a batch: one for all of its records that follow from the same work, so that a document of a thousand chunks is a
 * few spans and not a thousand. Records without a trace have none. For one thread, but for {@link #of}.
 */
public final class BatchSpans implements AutoCloseable {
  private final Map<String, Span> spans = new HashMap<>();

  private BatchSpans() {}

  /** Begins the spans of a batch; where nothing is recorded it costs nothing. */
  public static BatchSpans begin(Spans spans, String name, Iterable<? extends ConsumerRecord<?, ?>> batch) {
    var begun = new BatchSpans();
    if (!spans.isOn()) {
      return begun;
    }
    var counts = new HashMap<String, Integer>();
    for (var record : batch) {
      var came = TraceContext.of(record.headers());
      if (came.traceparent() != null) {
        begun.spans.computeIfAbsent(came.traceparent(),
            _ -> spans.begin(name, SpanRole.CONSUMER, came).with("messaging.destination.name", record.topic()));
        counts.merge(came.traceparent(), 1, Integer::sum);
      }
    }
    begun.spans.forEach(
        (traceparent, span) -> span.with("messaging.batch.message_count", counts.getOrDefault(traceparent, 0)));
    return begun;
  }

  /** What a record that follows from this one carries. */
  public TraceContext of(Headers headers) {
    var came = TraceContext.of(headers);
    var span = came.traceparent() == null ? null : spans.get(came.traceparent());
    return span == null ? came : new TraceContext(span.context().traceparent(), came.requestId());
  }

  /** Marks all of them as failed. */
  public void failed(String reason) {
    spans.values().forEach(it -> it.failed(reason));
  }

  @Override
  public void close() {
    spans.values().forEach(Span::close);
  }
}
