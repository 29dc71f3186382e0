package io.selfrag.service.trace.otlp;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.selfrag.service.trace.Span;
import io.selfrag.service.trace.SpanRole;
import io.selfrag.service.trace.Spans;
import io.selfrag.service.trace.TraceContext;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Sends spans in batches from a thread of its own, past a bounded queue: a collector that is slow or away costs spans, never work.
 * Whether a trace is recorded is decided where it begins, and a caller's {@code traceparent} says it for its own.
 */
public final class OtlpSpans implements Spans {
  private static final String PATH = "/v1/traces";
  private static final Duration SEND_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration SEND_EVERY = Duration.ofSeconds(1);
  private static final int QUEUE = 8192;
  private static final long LAST_SECONDS = 5;

  private final SdkTracerProvider provider;
  private final Tracer tracer;

  private OtlpSpans(SdkTracerProvider provider) {
    this.provider = provider;
    this.tracer = provider.get("io.selfrag");
  }

  /**
   * Sends to a collector.
   *
   * @param endpoint its base URL, with or without the path of traces
   * @param headers sent with every call
   * @param service the name under which the spans are shown
   * @param ratio of the traces that begin here, from 0 to 1, which are recorded
   */
  public static OtlpSpans to(String endpoint, Map<String, String> headers, String service, double ratio) {
    var base = endpoint.replaceAll("/+$", "");
    var exporter = OtlpHttpSpanExporter.builder().setEndpoint(base.endsWith(PATH) ? base : base + PATH)
        .setTimeout(SEND_TIMEOUT);
    headers.forEach(exporter::addHeader);
    var batches = BatchSpanProcessor.builder(exporter.build()).setScheduleDelay(SEND_EVERY).setMaxQueueSize(QUEUE)
        .build();
    var name = Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), service,
        AttributeKey.stringKey("service.namespace"), "selfrag"));
    return new OtlpSpans(SdkTracerProvider.builder().setResource(Resource.getDefault().merge(name))
        .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(ratio))).addSpanProcessor(batches).build());
  }

  @Override
  public Span begin(String name, SpanRole role, TraceContext parent) {
    var kind = switch (role) {
      case SERVER -> SpanKind.SERVER;
      case CONSUMER -> SpanKind.CONSUMER;
      case INTERNAL -> SpanKind.INTERNAL;
    };
    var context = parentOf(parent);
    return new OtlpSpan(tracer.spanBuilder(name).setSpanKind(kind).setParent(context).startSpan(), parent.requestId());
  }

  private static Context parentOf(TraceContext parent) {
    var text = parent.traceparent();
    if (text == null) {
      return Context.root();
    }
    var ids = text.split("-", -1);
    return Context.root().with(io.opentelemetry.api.trace.Span.wrap(SpanContext.createFromRemoteParent(ids[1], ids[2],
        TraceFlags.fromHex(ids[3], 0), TraceState.getDefault())));
  }

  @Override
  public void close() {
    provider.shutdown().join(LAST_SECONDS, TimeUnit.SECONDS);
  }
}
