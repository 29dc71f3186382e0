package io.selfrag.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.standalone.RoutesIT.Route;
import io.selfrag.standalone.RoutesWorld.As;
import io.selfrag.standalone.client.Credentials;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Sends every route of the OpenAPI document what no client should: wrong types, wrong text, wrong sizes. Never is that our fault. */
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
  private static final List<String> ALWAYS = List.of("\"x\\u0000y\"", "\"\\ud800\"", "[\"\\u0000\"]",
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
    var bodies = new ArrayList<String>(WHOLE);
    if (good.startsWith("{")) {
      var random = new Random(SEED ^ route.toString().hashCode());
      for (String field : shape.fields().keySet()) {
        for (String value : Stream.concat(ALWAYS.stream(), VALUES.stream()).distinct().toList()) {
          // All values for some fields of each route, some values for all: together every field of a kind meets every value.
          if (ALWAYS.contains(value) || random.nextInt(8) == 0) {
            bodies.add(with(good, field, value));
          }
        }
      }
      bodies.add(with(good, "unknown", "1"));
      bodies.add(with(good, "\u0000", "1"));
    }
    var path = world.ownPath(route);
    for (String body : bodies) {
      send(route, path, body);
    }
  }

  @ParameterizedTest
  @MethodSource("routes")
  void noParameterIsAServerError(Route route) {
    var shape = RequestShape.of(document, route);
    for (String value : PARAMETERS) {
      if (route.path().contains("{") && !value.isEmpty()) {
        send(route, route.path().replaceAll("\\{[^}]*}", value), world.filledBody(route));
      }
      for (String parameter : shape.query()) {
        send(route, world.ownPath(route) + "?" + parameter + "=" + value, world.filledBody(route));
      }
    }
    for (String header : shape.headers()) {
      for (String value : List.of("", "x".repeat(5000), "\u00ff", "1e400", "-1", "99999999999999999999")) {
        send(route, world.ownPath(route), world.filledBody(route), header, value);
      }
    }
  }

  private static void send(Route route, String path, String body, String... header) {
    var as = route.ofTenants() ? As.ADMIN : As.OPERATOR;
    var answer = world.send(route, path, body, as, header.length == 0 ? Map.of() : Map.of(header[0], header[1]));
    assertThat(answer.status()).as(route + " " + path + "\n" + shortened(body) + "\n" + answer.text()).isLessThan(500);
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
