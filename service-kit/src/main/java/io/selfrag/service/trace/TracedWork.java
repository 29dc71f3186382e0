package io.selfrag.service.trace;

import io.selfrag.schemas.SelfRagException;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** Work of a request under a span of its own; the request's trace is in the subscriber's context. */
public final class TracedWork {
  private TracedWork() {}

  /** A span for each subscriber, from its subscription to the end. */
  public static <T> Mono<T> mono(Spans spans, String name, Function<Span, Mono<T>> work) {
    return Mono.deferContextual(context -> {
      var span = spans.begin(name, SpanRole.INTERNAL, parent(context));
      return work.apply(span).doOnError(it -> span.failed(reason(it))).doFinally(_ -> span.close())
          .contextWrite(it -> it.put(TraceContext.CONTEXT_KEY, span.context()));
    });
  }

  /** A span for each subscriber, from its subscription to the end. */
  public static <T> Flux<T> flux(Spans spans, String name, Flux<T> work) {
    return Flux.deferContextual(context -> {
      var span = spans.begin(name, SpanRole.INTERNAL, parent(context));
      return work.doOnError(it -> span.failed(reason(it))).doFinally(_ -> span.close())
          .contextWrite(it -> it.put(TraceContext.CONTEXT_KEY, span.context()));
    });
  }

  private static TraceContext parent(ContextView context) {
    return context.<TraceContext>getOrEmpty(TraceContext.CONTEXT_KEY).orElse(TraceContext.NONE);
  }

  private static String reason(Throwable failure) {
    return failure instanceof SelfRagException it ? it.code().name() : failure.getClass().getSimpleName();
  }
}
