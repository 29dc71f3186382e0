package io.selfrag.standalone;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** A collector of traces: takes OTLP over HTTP and keeps what it got. Field numbers are those of OpenTelemetry's protocol. */
final class Collector {
  private static final int FIRST = 1;
  private static final int SECOND = 2;
  private static final int SPAN_PARENT = 4;
  private static final int SPAN_NAME = 5;
  private static final int SPAN_ATTRIBUTES = 9;
  private static final int SPAN_EVENTS = 11;
  private static final int EVENT_ATTRIBUTES = 3;
  private static final int DOUBLE_VALUE = 4;

  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  /** A span that was sent, and by which service. */
  record Seen(String service, String traceId, String spanId, String parentId, String name,
      Map<String, String> attributes, List<Happened> events) {}

  /** Something that happened in a span. */
  record Happened(String name, Map<String, String> attributes) {}

  Collector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Seen> trace(String traceId) {
    return seen.stream().filter(it -> it.traceId().equals(traceId)).toList();
  }

  List<Seen> ofRequest(String requestId) {
    return seen.stream().filter(it -> requestId.equals(it.attributes().get("request_id"))).toList();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      fields(UnknownFieldSet.parseFrom(exchange.getRequestBody().readAllBytes()), FIRST).forEach(this::resource);
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private void resource(UnknownFieldSet resourceSpans) {
    var service = fields(resourceSpans, FIRST).stream().map(it -> attributes(it, FIRST).get("service.name"))
        .collect(Collectors.joining());
    for (var scope : fields(resourceSpans, SECOND)) {
      for (var span : fields(scope, SECOND)) {
        seen.add(new Seen(service, hex(span, FIRST), hex(span, SECOND), hex(span, SPAN_PARENT),
            bytes(span, SPAN_NAME).toStringUtf8(), attributes(span, SPAN_ATTRIBUTES),
            fields(span, SPAN_EVENTS).stream().map(it -> new Happened(bytes(it, SECOND).toStringUtf8(),
                attributes(it, EVENT_ATTRIBUTES))).toList()));
      }
    }
  }

  private static Map<String, String> attributes(UnknownFieldSet of, int field) {
    return fields(of, field).stream().collect(Collectors.toMap(it -> bytes(it, FIRST).toStringUtf8(),
        it -> fields(it, SECOND).stream().map(Collector::value).collect(Collectors.joining())));
  }

  /** Texts and fractions; other values are of no interest. */
  private static String value(UnknownFieldSet of) {
    var fractions = of.getField(DOUBLE_VALUE).getFixed64List();
    return fractions.isEmpty()
        ? bytes(of, FIRST).toStringUtf8()
        : Double.toString(Double.longBitsToDouble(fractions.getFirst()));
  }

  private static List<UnknownFieldSet> fields(UnknownFieldSet of, int field) {
    return of.getField(field).getLengthDelimitedList().stream().map(it -> {
      try {
        return UnknownFieldSet.parseFrom(it);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }).toList();
  }

  private static ByteString bytes(UnknownFieldSet of, int field) {
    return of.getField(field).getLengthDelimitedList().stream().findFirst().orElse(ByteString.EMPTY);
  }

  private static String hex(UnknownFieldSet of, int field) {
    return HexFormat.of().formatHex(bytes(of, field).toByteArray());
  }
}
