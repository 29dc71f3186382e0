package io.selfrag.service.trace.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.StatusCode;
import io.selfrag.service.trace.Span;
import io.selfrag.service.trace.TraceContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A span of OpenTelemetry. */
final class OtlpSpan implements Span {
  private final io.opentelemetry.api.trace.Span span;
  private final TraceContext context;

  OtlpSpan(io.opentelemetry.api.trace.Span span, @Nullable String requestId) {
    this.span = span;
    var ids = span.getSpanContext();
    this.context = new TraceContext(
        "00-" + ids.getTraceId() + "-" + ids.getSpanId() + "-" + ids.getTraceFlags().asHex(), requestId);
    if (requestId != null) {
      span.setAttribute(TraceContext.REQUEST_ID, requestId);
    }
  }

  @Override
  public TraceContext context() {
    return context;
  }

  @Override
  public Span named(String name) {
    span.updateName(name);
    return this;
  }

  @Override
  public Span with(String key, String value) {
    span.setAttribute(key, value);
    return this;
  }

  @Override
  public Span with(String key, long value) {
    span.setAttribute(key, value);
    return this;
  }

  @Override
  public Span happened(String name, Map<String, Object> about) {
    var attributes = Attributes.builder();
    about.forEach((key, value) -> {
      switch (value) {
        case Double it -> attributes.put(key, it);
        case Long it -> attributes.put(key, it);
        case Integer it -> attributes.put(key, it);
        case Boolean it -> attributes.put(key, it);
        default -> attributes.put(key, value.toString());
      }
    });
    span.addEvent(name, attributes.build());
    return this;
  }

  @Override
  public Span failed(String reason) {
    span.setStatus(StatusCode.ERROR, reason);
    return this;
  }

  @Override
  public void close() {
    span.end();
  }
}
