package io.selfrag.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.standalone.RoutesIT.Route;
import io.selfrag.standalone.RoutesWorld.As;
import io.selfrag.standalone.client.Credentials;
import io.selfrag.standalone.RoutesWorld.Answer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Sends every route of the OpenAPI document what no client should: wrong types, wrong text, wrong sizes. Never is that our fault. */
@ResourceLock(RunningSystem.LOCK)
class HostileBodiesIT {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final long SEED = 9_1728;
  private static final int DEEP = 2000;
  /** As JSON, since some of it no library would write. */
  private static final List<String> VALUES = List.of("null", "true", "-1", "0", "1.5", "1e400", "-1e400",
      "99999999999999999999999999", "9223372036854775808", "\"\"", "\" \"", "\"x\\u0000y\"", "\"\\ud800\"",
      "\"\\udc00x\"", "\"\\uffff\"", "\"\\u202e\"", "\"2026-13-45T99:99:99Z\"", "\"-999999999-01-01T00:00:00Z\"",
      "\"+999999999-12-31T23:59:59Z\"", "[]", "[null]", "[[]]", "[\"\\u0000\"]", "[\"\\ud800\"]", "{}",
      "{\"\":1}", "{\"\\u0000\":\"\\u0000\"}", "{\"\\ud800\":1}", "{\"$in\":[null]}", "{\"a\":{\"$in\":[]}}",
      "{\"a\":{\"$gte\":1e400}}", "{\"name\":\"\\u0000\",\"params\":{\"\\u0000\":1e400}}",
      "{\"name\":\"recursive\",\"params\":{\"chunk_size\":1e400}}", "{\"$eq\":{\"$eq\":1}}",
      "[".repeat(DEEP) + "]".repeat(DEEP), "{\"a\":".repeat(DEEP) + "1" + "}".repeat(DEEP),
      "\"" + "x".repeat(20_000) + "\"");
  /** What a database cannot keep. */
  private static final List<String> UNSTORABLE = List.of("\"x\\u0000y\"", "\"\\ud800\"", "[\"\\u0000\"]",
      "{\"a\":\"\\u0000\"}", "{\"name\":\"hybrid\",\"params\":{\"a\":\"\\ud800\"}}",
      "\"+999999999-12-31T23:59:59Z\"", "\"-999999999-01-01T00:00:00Z\"");
  private static final List<String> WHOLE = List.of("", " ", "{", "}", "null", "[]", "\"text\"", "12",
      "{\"a\":1,\"a\":2}",
      "{} {}", "\u0000", "\ufeff{}", "{\"unknown_field\": 1}", "[".repeat(DEEP), "{\"a\":".repeat(DEEP), "nul",
      "{'a':1}",
      "\ufffe\ufffe");
  private static final List<String> PARAMETERS = List.of("", "%00", "%ED%A0%80", "%FF", "-1", "0",
      "99999999999999999999", "1e400", "%F0%9F%A6%A9", "a%00b", "2026-13-45", "true", "%2B999999999-12-31T23:59:59Z",
      "-999999999-01-01T00:00:00Z", "x".repeat(1500), "%27%3B--",
      "..%2F..");
  private static final List<String> HEADERS = List.of("", "x".repeat(5000), "\u00ff", "1e400", "-1",
      "99999999999999999999");
  private static final List<String> FORM_VALUES = List.of("", " ", "\u0000", "a\u0000b", "null", "[]", "{}", "[null]",
      "{\"a\":\"\\u0000\"}", "{\"a\":\"\\ud800\"}", "{\"\\u0000\":1}", "{\"a\":1e400}", "[\"\\u0000\"]", "[1,[]]", "{",
      "1e400", "-1", "99999999999999999999", "NaN", "true", "restricted", "\u202e", "\uffff",
      "[".repeat(DEEP) + "]".repeat(DEEP), "{\"a\":".repeat(DEEP) + "1" + "}".repeat(DEEP), "x".repeat(20_000));
  private static final String END = "--b--\r\n";
  /** What 503 may say of the system, whatever the body: it has no language model here, and evaluates one call at a time. */
  private static final List<ErrorCode> OF_THE_SYSTEM = List.of(ErrorCode.MODEL_UNAVAILABLE,
      ErrorCode.PIPELINE_SATURATED);
  private static RoutesWorld world;
  private static JsonNode document;

  @BeforeAll
  static void make() {
    var credentials = Credentials.in(RunningSystem.shared().data()).orElseThrow();
    world = new RoutesWorld(credentials.baseUrl(), credentials.adminToken());
    document = world.served();
  }

  @AfterAll
  static void close() {
    // Some of it was not so wrong that an operator could not have meant it.
    world.send(new Route("POST", "/admin/system-config/reset"), "/admin/system-config/reset", "{}", As.OPERATOR,
        Map.of());
    world.close();
  }

  static List<Route> routes() {
    return RoutesIT.routes();
  }

  static List<Route> routesWithABody() {
    return routes().stream().filter(it -> !RequestShape.of(document, it).fields().isEmpty()).toList();
  }

  @ParameterizedTest
  @MethodSource("routesWithABody")
  void noValueOfAFieldIsAServerError(Route route) {
    var shape = RequestShape.of(document, route);
    var good = world.filledBody(route);
    var bodies = new ArrayList<String>(some(route, "", WHOLE, 4));
    if (good.startsWith("{")) {
      for (String field : shape.fields().keySet()) {
        some(route, field, UNSTORABLE, 2).forEach(value -> bodies.add(with(good, field, value)));
        some(route, field, VALUES, 3).forEach(value -> bodies.add(with(good, field, value)));
      }
      bodies.add(with(good, "unknown", "1"));
      bodies.add(with(good, "\u0000", "1"));
    }
    var path = world.ownPath(route);
    together(bodies.stream().map(body -> () -> send(route, path, body)));
  }

  @ParameterizedTest
  @MethodSource("routes")
  void noParameterIsAServerError(Route route) {
    var shape = RequestShape.of(document, route);
    var body = world.filledBody(route);
    var path = world.ownPath(route);
    var calls = new ArrayList<Runnable>();
    if (route.path().contains("{")) {
      some(route, "{", PARAMETERS, 5).stream().filter(it -> !it.isEmpty()).forEach(
          value -> calls.add(() -> send(route, route.path().replaceAll("\\{[^}]*}", value), body)));
    }
    for (String parameter : shape.query()) {
      some(route, parameter, PARAMETERS, 4)
          .forEach(value -> calls.add(() -> send(route, path + "?" + parameter + "=" + value, body)));
    }
    for (String header : shape.headers()) {
      some(route, header, HEADERS, 2).forEach(value -> calls.add(() -> send(route, path, body, header, value)));
    }
    together(calls.stream());
  }

  @Test
  void noPartOfAFormIsAServerError() {
    var route = routes().stream().filter(it -> it.path().endsWith("/upload")).findFirst().orElseThrow();
    var path = world.ownPath(route);
    var file = part("file\"; filename=\"a.txt", "a heron");
    var bodies = new ArrayList<String>();
    for (String field : RequestShape.of(document, route).fields().keySet()) {
      for (String value : some(route, field, FORM_VALUES, 4)) {
        bodies.add(part(field, value) + file + END);
      }
    }
    for (String name : List.of("", "..", "a\u0000b", "/etc/passwd", "x".repeat(5000), "\u202e",
        "a.exe\"; filename*=UTF-8''%00",
        "a.exe\"; filename*=UTF-8''a%00b; x=\"", "a.exe\"; filename*=nothing''a; x=\"")) {
      bodies.add(part("file\"; filename=\"" + name, "x") + END);
      bodies.add(part("title", "t") + part("file\"; filename=\"" + name, "x") + END);
    }
    bodies.addAll(List.of("", "--b", "--b--", END, file, file.substring(0, file.length() / 2), "--c\r\n" + file + END,
        part("", "x") + file + END, part("unknown", "x") + file + END, file + file + END, part("file", "no file") + END,
        "--b\r\n\r\nno headers\r\n" + END, "--b\r\nContent-Disposition: attachment\r\n\r\nx\r\n" + END,
        "--b\r\n" + "X-Many: y\r\n".repeat(2000) + "\r\nx\r\n" + END,
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: " + "/".repeat(50)
            + "\r\n\r\nx\r\n" + END,
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: multipart/mixed;"
            + " boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n" + END));

    together(bodies.stream().map(body -> () -> send(route, path, body)));
  }

  @Test
  void noLineOfABulkIsAServerErrorOrTheEndOfTheOthers() {
    var route = routes().stream().filter(it -> it.path().endsWith("/bulk")).findFirst().orElseThrow();
    var good = world.filledBody(route).strip();
    var lines = new ArrayList<String>();
    for (String field : RequestShape.of(document, route).fields().keySet()) {
      some(route, "line " + field, UNSTORABLE, 2).forEach(value -> lines.add(with(good, field, value)));
      some(route, "line " + field, VALUES, 8).forEach(value -> lines.add(with(good, field, value)));
    }
    WHOLE.stream().filter(it -> !it.isBlank() && !it.equals("\ufffe\ufffe")).forEach(lines::add);

    var answer = send(route, world.ownPath(route), String.join("\n", lines) + "\n" + good + "\n");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.text().lines()).hasSize(lines.size() + 1);
    assertThat(answer.text().lines().toList().getLast()).contains("\"success\":true");
  }

  private static String part(String name, String value) {
    return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
  }

  /** All by hand; in a build some for each field, by chance, but the same each time: fields of a kind are read by the same code. */
  private static List<String> some(Route route, String field, List<String> values, int count) {
    if (Boolean.getBoolean("selfrag.fuzz.all")) {
      return values;
    }
    var some = new ArrayList<>(values);
    Collections.shuffle(some, new Random(SEED ^ (route + field).hashCode()));
    return some.subList(0, Math.min(count, some.size()));
  }

  private static void together(Stream<Runnable> calls) {
    try (var threads = Executors.newFixedThreadPool(4)) {
      var sent = calls.map(it -> CompletableFuture.runAsync(it, threads)).toList();
      sent.forEach(it -> it.exceptionally(failure -> null).join());
      assertThat(sent).filteredOn(CompletableFuture::isCompletedExceptionally)
          .extracting(it -> it.exceptionNow().getMessage()).isEmpty();
    }
  }

  private static Answer send(Route route, String path, String body, String... header) {
    var as = route.ofTenants() ? As.ADMIN : As.OPERATOR;
    var answer = world.send(route, path, body, as, header.length == 0 ? Map.of() : Map.of(header[0], header[1]));
    var told = route + " " + path + "\n" + shortened(body) + "\n" + shortened(answer.text());
    boolean ofTheSystem = answer.status() == 503
        && OF_THE_SYSTEM.stream().anyMatch(code -> answer.text().contains("\"code\":\"" + code + "\""));
    if (!ofTheSystem) {
      assertThat(answer.status()).as(told).isLessThan(500).isNotEqualTo(429);
    }
    assertThat(answer.text()).as(told).doesNotContain("INTERNAL_ERROR");
    return answer;
  }

  private static String shortened(String text) {
    return text.length() > 600 ? text.substring(0, 600) + "…" : text;
  }

  /** The body with one field set to what may be no valid JSON. */
  private static String with(String good, String field, String value) {
    var body = (ObjectNode) JSON.readTree(good);
    body.remove(field);
    var rest = body.toString();
    return "{" + JSON.writeValueAsString(field) + ":" + value + (body.isEmpty() ? "" : ",") + rest.substring(1);
  }
}
