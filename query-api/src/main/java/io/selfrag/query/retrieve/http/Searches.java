package io.selfrag.query.retrieve.http;

import io.selfrag.query.retrieve.Retrieval;
import io.selfrag.query.retrieve.RetrievePassages;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.ValidationException;
import io.selfrag.service.trace.Span;
import io.selfrag.service.trace.Spans;
import io.selfrag.service.trace.TracedWork;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Runs searches, which block, on threads of their own; past their queue callers are told to come back. */
public final class Searches {
  private static final List<String> RERANK_FIELDS = List.of("rerank", "rerank_model");

  private final RetrievePassages retrieve;
  private final Scheduler threads;
  private final RetrieveMetrics metrics;
  private final Spans spans;

  /** @param threads bounded threads and queue */
  public Searches(RetrievePassages retrieve, Scheduler threads, RetrieveMetrics metrics, Spans spans) {
    this.spans = spans;
    this.retrieve = retrieve;
    this.threads = threads;
    this.metrics = metrics;
  }

  /** Searches anew for each subscriber. */
  public Mono<Retrieval.Answer> run(Retrieval.Request request) {
    return TracedWork.mono(spans, "retrieve", span -> Mono.fromCallable(() -> retrieve.retrieve(request))
        .subscribeOn(threads).doOnNext(answer -> describe(span, answer)))
        .onErrorMap(RejectedExecutionException.class,
            e -> new SelfRagException(ErrorCode.PIPELINE_SATURATED, "too many searches are waiting; try again", e))
        .onErrorMap(SelfRagException.class, Searches::located).doOnNext(metrics::record);
  }

  private static void describe(Span span, Retrieval.Answer answer) {
    span.with("results_count", answer.hits().size());
    answer.stages().forEach((stage, time) -> span.with("duration_ms." + stage, time.toMillis()));
  }

  /** What only the deployment's settings can tell to be wrong is as precise as what the body tells. */
  private static Throwable located(SelfRagException failure) {
    for (String field : RERANK_FIELDS) {
      if (failure.code() == ErrorCode.VALIDATION_ERROR && failure.detail().startsWith(field + ": ")) {
        return new ValidationException("body", field, failure.detail().substring(field.length() + 2), "value_error");
      }
    }
    return failure;
  }
}
