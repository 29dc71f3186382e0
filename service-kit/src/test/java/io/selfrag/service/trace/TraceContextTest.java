package io.selfrag.service.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.schemas.RecordHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
  private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  @Test
  void whatTheCallerSentIsCarriedOn() {
    var trace = TraceContext.of(TRACEPARENT, "r-1", () -> {
      throw new AssertionError("no new trace is begun");
    });

    assertThat(trace).isEqualTo(new TraceContext(TRACEPARENT, "r-1"));
    assertThat(trace.traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "00-00000000000000000000000000000000-b7ad6b7169203331-01",
      "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
      "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x"})
  void withWhatIsNoneATraceBegins(String traceparent) {
    Iterator<UUID> ids = List.of(UUID.fromString("11111111-2222-4333-8444-555555555555"),
        UUID.fromString("66666666-7777-4888-8999-aaaaaaaaaaaa")).iterator();

    assertThat(TraceContext.of(traceparent, "r-1", ids::next).traceparent())
        .isEqualTo("00-11111111222243338444555555555555-8999aaaaaaaaaaaa-00");
  }

  @Test
  void goesThroughHeadersAndBack() {
    var headers = new org.apache.kafka.common.header.internals.RecordHeaders();
    headers.add(RecordHeaders.REQUEST_ID, "older".getBytes(StandardCharsets.UTF_8));

    new TraceContext(TRACEPARENT, "r-1").writeTo(headers);

    assertThat(TraceContext.of(headers)).isEqualTo(new TraceContext(TRACEPARENT, "r-1"));
    assertThat(headers.headers(RecordHeaders.REQUEST_ID)).hasSize(1);
    assertThat(new TraceContext(TRACEPARENT, "r-1").asMap())
        .isEqualTo(Map.of(RecordHeaders.TRACEPARENT, TRACEPARENT, RecordHeaders.REQUEST_ID, "r-1"));
  }

  @Test
  void whatComesFromOutsideAndIsMalformedIsDropped() {
    assertThat(new TraceContext("x", "a b")).isEqualTo(TraceContext.NONE);
    assertThat(TraceContext.NONE.traceId()).isNull();
    assertThat(TraceContext.isRequestId("x".repeat(64))).isTrue();
    assertThat(TraceContext.isRequestId("x".repeat(65))).isFalse();
    assertThat(TraceContext.isRequestId("")).isFalse();
    assertThat(TraceContext.isRequestId("é")).isFalse();
  }
}
