package io.selfrag.service.trace;

import io.selfrag.schemas.RecordHeaders;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * What ties a request's work together: its id, and the W3C trace context if there is one.
 *
 * @param traceparent null where nothing traces
 * @param requestId null where no request is known, as for records of external producers
 */
public record TraceContext(@Nullable String traceparent, @Nullable String requestId) {
  /** Neither trace nor request. */
  public static final TraceContext NONE = new TraceContext(null, null);
  /** Key of the request id in log lines. */
  public static final String REQUEST_ID = "request_id";
  /** Key under which HTTP services keep it in the Reactor context. */
  public static final String CONTEXT_KEY = "selfrag.trace";

  /** Key of the trace's id in log lines. */
  public static final String TRACE_ID = "trace_id";

  /** Version ff and ids of nothing but zeros are no trace. */
  private static final Pattern TRACEPARENT = Pattern
      .compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
  private static final int MAX_REQUEST_ID = 64;

  /** Malformed parts are dropped: they come from outside. */
  public TraceContext {
    if (traceparent != null && !TRACEPARENT.matcher(traceparent).matches()) {
      traceparent = null;
    }
    if (requestId != null && !isRequestId(requestId)) {
      requestId = null;
    }
  }

  /**
   * Of a request: the caller's trace, or the beginning of a new one. It is not marked as sampled: who records spans begins traces of its own.
   *
   * @param ids gives random ones
   */
  public static TraceContext of(@Nullable String traceparent, String requestId, Supplier<UUID> ids) {
    var given = new TraceContext(traceparent, requestId);
    return given.traceparent != null
        ? given
        : new TraceContext("00-" + hex(ids.get()) + "-" + hex(ids.get()).substring(16) + "-00", requestId);
  }

  private static String hex(UUID id) {
    return id.toString().replace("-", "");
  }

  /** True if the text is 1 to 64 visible ASCII characters. */
  public static boolean isRequestId(String text) {
    return !text.isEmpty() && text.length() <= MAX_REQUEST_ID && text.chars().allMatch(it -> it > ' ' && it < 0x7F);
  }

  /** Reads a record's headers. */
  public static TraceContext of(Headers headers) {
    return new TraceContext(text(headers, RecordHeaders.TRACEPARENT), text(headers, RecordHeaders.REQUEST_ID));
  }

  /** Reads headers kept as text. */
  public static TraceContext of(Map<String, String> headers) {
    return new TraceContext(headers.get(RecordHeaders.TRACEPARENT), headers.get(RecordHeaders.REQUEST_ID));
  }

  /** Sets the record's headers; what is absent here is left as it is there. */
  public void writeTo(Headers headers) {
    asMap().forEach((name, value) -> headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8)));
  }

  /** The headers as text, for the outbox. */
  public Map<String, String> asMap() {
    var map = new HashMap<String, String>();
    if (traceparent != null) {
      map.put(RecordHeaders.TRACEPARENT, traceparent);
    }
    if (requestId != null) {
      map.put(RecordHeaders.REQUEST_ID, requestId);
    }
    return map;
  }

  /** The id that all parts of the trace share; null without one. */
  public @Nullable String traceId() {
    return traceparent == null ? null : traceparent.substring(3, 35);
  }

  /** The log line with the ids by which lines of other stages are found. */
  public LoggingEventBuilder on(LoggingEventBuilder line) {
    var told = requestId == null ? line : line.addKeyValue(REQUEST_ID, requestId);
    return traceparent == null ? told : told.addKeyValue(TRACE_ID, traceId());
  }

  private static @Nullable String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }
}
