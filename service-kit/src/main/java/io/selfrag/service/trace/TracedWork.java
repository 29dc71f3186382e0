package io.selfrag.service.trace;

import io.selfrag.schemas.SelfRagException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
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

  /** Work in two steps under one span: it ends with the second, or with a first that fails or is given up. */
  public static <A, B> Mono<A> inTwoSteps(Spans spans, String name, TwoSteps<A, B> work) {
    return Mono.deferContextual(context -> {
      var span = spans.begin(name, SpanRole.INTERNAL, parent(context));
      var ended = new AtomicBoolean();
      Consumer<@Nullable Throwable> end = failure -> {
        if (!ended.getAndSet(true)) {
          if (failure != null) {
            span.failed(reason(failure));
          }
          span.close();
        }
      };
      UnaryOperator<Flux<B>> second = events -> events.doOnError(end).doFinally(_ -> end.accept(null))
          .contextWrite(it -> it.put(TraceContext.CONTEXT_KEY, span.context()));
      return work.begin(span, second).doOnError(end).doOnCancel(() -> end.accept(null))
          .contextWrite(it -> it.put(TraceContext.CONTEXT_KEY, span.context()));
    });
  }

  /** A first step, whose result holds the second. */
  @FunctionalInterface
  public interface TwoSteps<A, B> {
    /** @param second wraps the second step, which is to be subscribed to once */
    Mono<A> begin(Span span, UnaryOperator<Flux<B>> second);
  }

  private static TraceContext parent(ContextView context) {
    return context.<TraceContext>getOrEmpty(TraceContext.CONTEXT_KEY).orElse(TraceContext.NONE);
  }

  private static String reason(Throwable failure) {
    return failure instanceof SelfRagException it ? it.code().name() : failure.getClass().getSimpleName();
  }
}
