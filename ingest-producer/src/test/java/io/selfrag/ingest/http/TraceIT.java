package io.selfrag.ingest.http;

import static io.selfrag.ingest.Answers.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.ingest.NothingBlocks;
import io.selfrag.ingest.Service;
import io.selfrag.ingest.Service.Answer;
import io.selfrag.ingest.Service.Received;
import io.selfrag.ingest.Service.Tenant;
import io.selfrag.schemas.Lane;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Trace and request id go with every command, whichever route it came by and whether by the outbox or straight. */
@ExtendWith(NothingBlocks.class)
class TraceIT {
  private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String TRACEPARENT = "00-" + TRACE_ID + "-b7ad6b7169203331-01";
  private static final String DOCUMENT = "{\"title\":\"t\",\"content\":\"c\",\"wait\":0";
  private static Service service;
  private static Tenant tenant;

  @BeforeAll
  static void start() {
    service = Service.shared();
    tenant = service.tenant();
  }

  /** A way to change a document, which is there and being processed unless the route makes it. */
  private enum Way {
    CREATE("POST", "", "application/json", DOCUMENT + ",\"document_id\":\"ID\"}"),
    UPLOAD("POST", "/upload",
        "multipart/form-data; boundary=b",
        "--b\r\nContent-Disposition: form-data; name=\"document_id\"\r\n\r\nID\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n"),
    BATCH("POST", "/batch", "application/json", "{\"documents\":[" + DOCUMENT.replace(",\"wait\":0", "")
        + ",\"document_id\":\"ID\"}]}"),
    BULK("POST", "/bulk", "application/x-ndjson",
        DOCUMENT.replace(",\"wait\":0", "") + ",\"document_id\":\"ID\"}\n"),
    PATCH("PATCH", "/v1/documents/ID", "application/json", "{\"title\":\"u\"}"),
    INTERRUPT("POST", "/v1/documents/ID/interrupt", null, null),
    RETRY("POST", "/v1/documents/ID/retry", null, null),
    DELETE("DELETE", "/v1/documents/ID", null, null);

    private final String method;
    private final String path;
    private final @Nullable String type;
    private final @Nullable String body;

    Way(String method, String path, @Nullable String type, @Nullable String body) {
      this.method = method;
      this.path = path;
      this.type = type;
      this.body = body;
    }

    Answer take(String id, String... headers) {
      UnaryOperator<String> with = it -> it.replace("ID", id);
      var at = path.startsWith("/v1") ? with.apply(path) : tenant.documents() + path;
      var publisher = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(with.apply(body));
      var all = Stream.concat(Stream.of(headers), type == null ? Stream.of() : Stream.of("Content-Type", type))
          .toArray(String[]::new);
      return service.exchange(method, tenant.writeKey(), at, publisher, all).join();
    }

    /** Makes the document if the route needs one. */
    String document() {
      var id = UUID.randomUUID().toString();
      if (path.startsWith("/v1")) {
        ok(202, service.post(tenant.writeKey(), tenant.documents(), DOCUMENT + ",\"document_id\":\"" + id + "\"}"));
        if (this == RETRY) {
          service.ended(id, "failed", "");
        }
      }
      return id;
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void theCallersTraceAndRequestIdAreInTheRecordsHeaders(Way way) {
    var id = way.document();
    var requestId = "r-" + way;

    var answer = way.take(id, "traceparent", TRACEPARENT, "X-Request-ID", requestId);

    assertThat(answer.status()).as(answer.text()).isBetween(200, 299);
    assertThat(answer.header("X-Request-ID")).isEqualTo(requestId);
    var headers = sent(id, requestId).headers();
    assertThat(headers.get("traceparent")).startsWith("00-" + TRACE_ID + "-");
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void whereTheCallerSaysNothingATraceIsBegun(Way way) {
    var id = way.document();

    var answer = way.take(id);

    var requestId = answer.header("X-Request-ID");
    assertThat(requestId).as(answer.text()).isNotBlank();
    assertThat(sent(id, requestId).headers().get("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]");
  }

  @Test
  void whatIsNoRequestIdAndNoTraceNeverReachesARecord() {
    var id = Way.CREATE.document();

    var answer = Way.CREATE.take(id, "X-Request-ID", "x".repeat(65), "traceparent", "00-" + "0".repeat(32) + "-x-01");

    var headers = sent(id, answer.header("X-Request-ID")).headers();
    assertThat(headers.get("request-id")).hasSizeLessThanOrEqualTo(64).isNotEqualTo("x".repeat(65));
    assertThat(headers.get("traceparent")).doesNotContain("0".repeat(32));
  }

  private static Received sent(String id, String requestId) {
    return await().atMost(Duration.ofSeconds(20)).until(
        () -> Stream.of(Lane.values()).flatMap(lane -> service.commands(lane, id).stream())
            .filter(it -> requestId.equals(it.headers().get("request-id"))).findFirst(),
        it -> it.isPresent()).orElseThrow();
  }
}
