package io.selfrag.service.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.schemas.RecordHeaders;
import io.selfrag.service.trace.Span;
import io.selfrag.service.trace.SpanRole;
import io.selfrag.service.trace.Spans;
import io.selfrag.service.trace.TraceContext;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * The outermost filter: gives the request its id, answers failures as problems, sets the answer's headers, counts, and logs one
 * line for each request.
 */
final class RequestFilter implements WebFilter, Ordered {
  static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 10;
  static final String REQUEST_ID = "selfrag.request-id";
  private static final String UNANSWERED = RequestFilter.class.getName() + ".unanswered";
  static final String REQUEST_ID_HEADER = "X-Request-ID";
  static final String RESPONSE_TIME_HEADER = "X-Response-Time";
  /** Attribute in which a route may leave how many results it found, for the log line. */
  static final String RESULTS_COUNT = "selfrag.results-count";

  private static final Logger log = LoggerFactory.getLogger(RequestFilter.class);

  private final Problems problems;
  private final MeterRegistry meters;
  private final Supplier<UUID> ids;
  private final LongSupplier nanoTime;
  private final Spans spans;

  RequestFilter(Problems problems, MeterRegistry meters, Spans spans, Supplier<UUID> ids, LongSupplier nanoTime) {
    this.problems = problems;
    this.spans = spans;
    this.meters = meters;
    this.ids = ids;
    this.nanoTime = nanoTime;
  }

  @Override
  public int getOrder() {
    return ORDER;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    long start = nanoTime.getAsLong();
    var headers = exchange.getRequest().getHeaders();
    String given = headers.getFirst(REQUEST_ID_HEADER);
    String requestId = given != null && TraceContext.isRequestId(given) ? given : ids.get().toString();
    var came = new TraceContext(headers.getFirst(RecordHeaders.TRACEPARENT), requestId);
    var method = exchange.getRequest().getMethod().name();
    // Whoever asks every few seconds whether we live would fill the traces.
    var span = (OperationsController.isProbe(exchange.getRequest().getPath().value()) ? Spans.OFF : spans)
        .begin(method, SpanRole.SERVER, came);
    var trace = TraceContext.of(span.context().traceparent(), requestId, ids);
    exchange.getAttributes().put(REQUEST_ID, requestId);
    exchange.getAttributes().put(TraceContext.CONTEXT_KEY, trace);
    var response = exchange.getResponse();
    response.beforeCommit(() -> {
      response.getHeaders().set(REQUEST_ID_HEADER, requestId);
      response.getHeaders().set(RESPONSE_TIME_HEADER, millisSince(start) + "ms");
      SafeAnswer.HEADERS.forEach((name, value) -> response.getHeaders().putIfAbsent(name, List.of(value)));
      return Mono.empty();
    });
    return chain.filter(exchange).onErrorResume(failure -> problems.write(exchange, failure))
        // Told now: once the failure is passed on, the server may have begun an answer that nobody reads.
        .doOnError(failure -> exchange.getAttributes().put(UNANSWERED, !response.isCommitted()))
        .doFinally(signal -> finished(exchange, trace, span, start, signal))
        .contextWrite(context -> context.put(TraceContext.CONTEXT_KEY, trace).put(TraceContext.REQUEST_ID, requestId));
  }

  private void finished(ServerWebExchange exchange, TraceContext trace, Span span, long start,
      SignalType signal) {
    var status = exchange.getResponse().getStatusCode();
    // Who went away before the answer began saw no status.
    boolean gone = signal == SignalType.CANCEL || exchange.getAttributeOrDefault(UNANSWERED, false);
    String code = gone ? "cancelled" : status == null ? "200" : String.valueOf(status.value());
    String endpoint = endpoint(exchange);
    String method = exchange.getRequest().getMethod().name();
    long millis = millisSince(start);
    // A closed set: unknown methods come from outside.
    String methodTag = exchange.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE) == null ? "-" : method;
    meters.counter("api.requests", "endpoint", endpoint, "method", methodTag, "status", code).increment();
    meters.timer("api.response_time", "endpoint", endpoint, "method", methodTag).record(Duration.ofMillis(millis));
    var line = OperationsController.isProbe(endpoint) ? log.atDebug() : log.atInfo();
    Caller caller = exchange.getAttribute(Caller.ATTRIBUTE);
    Integer results = exchange.getAttribute(RESULTS_COUNT);
    line = trace.on(line).addKeyValue("method", method).addKeyValue("endpoint", endpoint).addKeyValue("status", code)
        .addKeyValue("duration_ms", millis);
    if (caller != null) {
      span.with("tenant_id", caller.tenantId().toString());
      line = line.addKeyValue("tenant_id", caller.tenantId());
    }
    if (results != null) {
      line = line.addKeyValue("results_count", results);
    }
    line.log("request completed");
    if (gone || (status != null && status.is5xxServerError())) {
      span.failed(code);
    }
    span.named(methodTag + " " + endpoint).with("http.route", endpoint).with("http.request.method", method)
        .with("http.response.status_code", code).close();
  }

  private static String endpoint(ServerWebExchange exchange) {
    PathPattern pattern = exchange.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
    return pattern == null ? "unmatched" : pattern.getPatternString();
  }

  private long millisSince(long start) {
    return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - start);
  }
}
