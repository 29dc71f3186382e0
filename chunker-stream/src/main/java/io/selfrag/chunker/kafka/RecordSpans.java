package io.selfrag.chunker.kafka;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.trace.Span;
import io.selfrag.service.trace.SpanRole;
import io.selfrag.service.trace.Spans;
import io.selfrag.service.trace.TraceContext;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The spans of a processor, one for each record. What is forwarded carries the headers of what came, so the record that the
 * processor sees names the span in them. For one thread, as processors are.
 */
final class RecordSpans {
  private final Spans spans;
  private final String name;
  private @Nullable Span current;

  RecordSpans(Spans spans, String name) {
    this.spans = spans;
    this.name = name;
  }

  /** Works on the record under a span, or on the very record where nothing is recorded. */
  void around(Record<byte[], byte[]> record, Consumer<Record<byte[], byte[]>> work) {
    if (!spans.isOn()) {
      work.accept(record);
      return;
    }
    try (var span = spans.begin(name, SpanRole.CONSUMER, TraceContext.of(record.headers()))) {
      current = span;
      var headers = new RecordHeaders(record.headers());
      span.context().writeTo(headers);
      try {
        work.accept(record.withHeaders(headers));
      } catch (SelfRagException e) {
        span.failed(e.code().name());
        throw e;
      } finally {
        current = null;
      }
    }
  }

  /** Says whose document it is. */
  void of(UUID tenantId, UUID documentId) {
    if (current != null) {
      current.with("tenant_id", tenantId.toString()).with("document_id", documentId.toString());
    }
  }

  /** Marks the record's span as failed. */
  void failed(ErrorCode code) {
    if (current != null) {
      current.failed(code.name());
    }
  }
}
