package io.selfrag.service.http.contract;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds answers to the OpenAPI document: status, content type and body, in which no field may be that is not declared. What the document
 * does not know may only be answered with a problem.
 */
public final class ContractCheck {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDialect(
      Dialect.builder(Dialects.getDraft202012()).keyword(new NonValidationKeyword("components")).build(),
      it -> it.schemaRegistryConfig(SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
  private static final ObjectNode DOCUMENT = OpenApiDocument.read();
  private static final ObjectNode COMPONENTS = closedComponents();
  private static final List<Route> ROUTES = routes();
  private static final Map<JsonNode, com.networknt.schema.Schema> KNOWN = new ConcurrentHashMap<>();
  private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();
  private static final JsonNode PROBLEM = JSON.readTree("{\"$ref\": \"#/components/schemas/Problem\"}");

  private ContractCheck() {}

  private record Route(String path, Pattern pattern, JsonNode operations) {}

  /** Every operation of the document as {@code GET /v1/me}, with {@code {}} for each parameter of the path. */
  public static Set<String> operations() {
    return ROUTES.stream().flatMap(route -> route.operations().propertyNames().stream()
        .filter(it -> !it.equals("parameters"))
        .map(it -> it.toUpperCase(Locale.ROOT) + " " + anonymous(route.path()))).collect(Collectors.toSet());
  }

  /** A path with {@code {}} for each parameter, whatever its name. */
  public static String anonymous(String path) {
    return path.replaceAll("\\{[^}]*}", "{}");
  }

  /** Operations with the statuses that were seen in this JVM, as {@code GET /v1/me 200}. */
  public static Set<String> seen() {
    return Set.copyOf(SEEN);
  }

  /**
   * Checks one answer.
   *
   * @param path as it was called; a query behind it counts for nothing
   * @param contentType empty where there is none
   * @param body empty also where it was not read
   */
  public static void check(String method, String path, int status, String contentType, String body) {
    var plain = path.replaceAll("[?#].*", "");
    var what = method + " " + plain + " → " + status + " " + contentType + "\n" + body;
    var type = contentType.replaceAll(";.*", "").strip().toLowerCase(Locale.ROOT);
    var verb = method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT);
    var route = ROUTES.stream().filter(it -> it.pattern().matcher(plain).matches()).findFirst().orElse(null);
    var operation = route == null ? null : route.operations().get(verb);
    if (operation == null) {
      require(status >= 400, what, "the document has no such route, so this must be a problem");
      problem(what, type, body);
      return;
    }
    var response = operation.at("/responses/" + status);
    require(response.isObject(), what, "the document does not have this status");
    SEEN.add(method + " " + anonymous(route.path()) + " " + status);
    var content = response.path("content");
    if (content.isEmpty()) {
      require(body.isEmpty(), what, "there must be no body");
      return;
    }
    var media = content.has(type) ? content.get(type) : content.get("*/*");
    require(media != null, what, "the document does not have this content type");
    if (!body.isEmpty()) {
      ofMedia(what, type, media, body);
    }
  }

  private static void ofMedia(String what, String type, JsonNode media, String body) {
    switch (type) {
      case "application/json", "application/problem+json" -> matches(what, media.get("schema"), JSON.readTree(body));
      case "application/x-ndjson" -> body.lines().forEach(
          it -> matches(what, media.get("schema"), JSON.readTree(it)));
      case "text/event-stream" -> {
        if (media.has("x-event")) {
          body.lines().filter(it -> it.startsWith("data:"))
              .forEach(it -> matches(what, media.get("x-event"), JSON.readTree(it.substring(5))));
        }
      }
      default -> {
        // Bytes or text of any form.
      }
    }
  }

  private static void problem(String what, String type, String body) {
    if (!body.isEmpty()) {
      require(type.equals("application/problem+json"), what, "must be a problem");
      matches(what, PROBLEM, JSON.readTree(body));
    }
  }

  /** Fails where the value does not fit a schema of the document; null fits everything. */
  static void matches(String what, JsonNode schema, JsonNode value) {
    if (schema == null) {
      return;
    }
    var errors = KNOWN.computeIfAbsent(schema, ContractCheck::compiled).validate(value);
    require(errors.isEmpty(), what, errors.stream().map(it -> it.getInstanceLocation() + ": " + it.getMessage())
        .collect(Collectors.joining("\n")));
  }

  private static com.networknt.schema.Schema compiled(JsonNode schema) {
    var root = (ObjectNode) schema.deepCopy();
    close(root, false);
    root.set("components", COMPONENTS);
    return SCHEMAS.getSchema(root);
  }

  /** Wherever a schema stands for a whole object, fields that it does not name are none. */
  private static void close(JsonNode node, boolean isPart) {
    if (node instanceof ArrayNode list) {
      list.forEach(it -> close(it, false));
    }
    if (!(node instanceof ObjectNode object)) {
      return;
    }
    object.properties().forEach(it -> {
      if (it.getKey().equals("allOf") && it.getValue() instanceof ArrayNode parts) {
        parts.forEach(part -> close(part, true));
      } else {
        close(it.getValue(), false);
      }
    });
    boolean isObject = object.has("$ref") || object.path("properties").isObject() || object.has("allOf");
    if (isObject && !isPart && !object.has("additionalProperties")) {
      object.put("unevaluatedProperties", false);
    }
  }

  /** A schema of its own is closed where it is used: it may be a part of another. */
  private static ObjectNode closedComponents() {
    var components = JSON.createObjectNode();
    var schemas = components.putObject("schemas");
    DOCUMENT.at("/components/schemas").properties().forEach(it -> {
      var schema = it.getValue().deepCopy();
      close(schema, true);
      schemas.set(it.getKey(), schema);
    });
    return components;
  }

  /** Those without parameters first. */
  private static List<Route> routes() {
    var routes = new ArrayList<Route>();
    DOCUMENT.get("paths").properties().forEach(it -> routes.add(new Route(it.getKey(),
        Pattern.compile(it.getKey().replaceAll("\\{[^}]*}", "[^/]+")), it.getValue())));
    routes.sort(Comparator.comparing(it -> it.path().chars().filter(c -> c == '{').count()));
    return routes;
  }

  private static void require(boolean holds, String what, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise + "\nOf: " + what);
    }
  }
}
