package io.selfrag.service.trace.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.selfrag.schemas.RecordHeaders;
import io.selfrag.service.kafka.BatchSpans;
import io.selfrag.service.trace.SpanRole;
import io.selfrag.service.trace.Spans;
import io.selfrag.service.trace.TraceContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is sent is seen in the test of the whole system; here, what work carries on. */
class OtlpSpansTest {
  private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
  private static final TraceContext SAMPLED = new TraceContext("00-" + TRACE_ID + "-b7ad6b7169203331-01", "r-1");
  private static final TraceContext UNSAMPLED = new TraceContext("00-" + TRACE_ID + "-b7ad6b7169203331-00", "r-1");

  private static HttpServer collector;

  private final Spans spans = recorded(1);

  @BeforeAll
  static void listen() throws IOException {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext("/v1/traces", exchange -> {
      exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    });
    collector.start();
  }

  @AfterAll
  static void listenNoMore() {
    collector.stop(0);
  }

  private static Spans recorded(double ratio) {
    return OtlpSpans.to("http://127.0.0.1:" + collector.getAddress().getPort() + "/", Map.of("x-key", "k"), "a-service",
        ratio);
  }

  @AfterEach
  void close() {
    spans.close();
  }

  @Test
  void whatFollowsIsInTheSameTraceBehindTheSpan() {
    try (var span = spans.begin("order", SpanRole.CONSUMER, SAMPLED)) {
      assertThat(span.context().traceId()).isEqualTo(TRACE_ID);
      assertThat(span.context().requestId()).isEqualTo("r-1");
      assertThat(span.context().traceparent()).endsWith("-01").isNotEqualTo(SAMPLED.traceparent());
    }
  }

  @Test
  void withoutATraceOneBegins() {
    try (var span = spans.begin("GET", SpanRole.SERVER, TraceContext.NONE)) {
      assertThat(span.context().traceparent()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]");
    }
  }

  @Test
  void whetherATraceIsRecordedIsDecidedWhereItBegins() {
    try (var none = recorded(0);
        var followed = none.begin("GET", SpanRole.SERVER, SAMPLED);
        var begun = none.begin("GET", SpanRole.SERVER, TraceContext.NONE);
        var unwanted = spans.begin("GET", SpanRole.SERVER, UNSAMPLED)) {
      assertThat(followed.context().traceparent()).endsWith("-01");
      assertThat(begun.context().traceparent()).matches(".*-0[02]");
      assertThat(unwanted.context().traceparent()).startsWith("00-" + TRACE_ID).endsWith("-00");
    }
  }

  @Test
  void recordsOfABatchThatFollowFromTheSameWorkShareASpan() {
    var one = record(SAMPLED);
    var other = record(SAMPLED);
    var foreign = record(new TraceContext("00-" + "1".repeat(32) + "-b7ad6b7169203331-01", null));
    var untraced = record(TraceContext.NONE);

    try (var batch = BatchSpans.begin(spans, "embed", List.of(one, other, foreign, untraced))) {
      assertThat(batch.of(one.headers())).isEqualTo(batch.of(other.headers())).isNotEqualTo(SAMPLED);
      assertThat(batch.of(one.headers()).traceId()).isEqualTo(TRACE_ID);
      assertThat(batch.of(foreign.headers()).traceId()).isEqualTo("1".repeat(32));
      assertThat(batch.of(untraced.headers())).isEqualTo(TraceContext.NONE);
    }
  }

  @Test
  void whereNothingIsRecordedWorkCarriesWhatCame() {
    var record = record(SAMPLED);
    try (var span = Spans.OFF.begin("order", SpanRole.CONSUMER, SAMPLED).named("x").with("a", 1).with("b", "c")
        .failed("d"); var batch = BatchSpans.begin(Spans.OFF, "embed", List.of(record))) {
      assertThat(span.context()).isSameAs(SAMPLED);
      assertThat(batch.of(record.headers())).isEqualTo(SAMPLED);
    }
  }

  private static ConsumerRecord<String, String> record(TraceContext trace) {
    var record = new ConsumerRecord<>("chunks", 0, 0, "key", "value");
    trace.asMap().forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    assertThat(record.headers().lastHeader(RecordHeaders.TRACEPARENT) == null).isEqualTo(trace.traceparent() == null);
    return record;
  }
}
