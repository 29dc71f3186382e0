package io.selfrag.standalone;

import io.selfrag.service.http.contract.ContractCheck;
import io.selfrag.standalone.RoutesIT.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** What a route takes, read from the OpenAPI document: the fields of its JSON body and its parameters in query and header. */
record RequestShape(Map<String, Kind> fields, List<String> query, List<String> headers) {
  /** What a field holds. */
  enum Kind {
    ID, IDS, OBJECT, OTHER
  }

  static RequestShape of(JsonNode document, Route route) {
    var wanted = ContractCheck.anonymous(route.path());
    var path = document.path("paths").properties().stream()
        .filter(it -> ContractCheck.anonymous(it.getKey()).equals(wanted)).findFirst().orElseThrow().getValue();
    var operation = path.path(route.method().toLowerCase(Locale.ROOT));
    var parameters = new ArrayList<JsonNode>();
    path.path("parameters").forEach(it -> parameters.add(resolved(document, it)));
    operation.path("parameters").forEach(it -> parameters.add(resolved(document, it)));
    var fields = new TreeMap<String, Kind>();
    operation.at("/requestBody/content").forEach(it -> collect(document, it.path("schema"), fields));
    return new RequestShape(fields, named(parameters, "query"), named(parameters, "header"));
  }

  private static List<String> named(List<JsonNode> parameters, String in) {
    return parameters.stream().filter(it -> it.path("in").asString("").equals(in))
        .map(it -> it.path("name").asString()).toList();
  }

  private static JsonNode resolved(JsonNode document, JsonNode node) {
    var reference = node.path("$ref").asString("");
    return reference.isEmpty() ? node : resolved(document, document.at(reference.substring(1)));
  }

  private static void collect(JsonNode document, JsonNode schema, Map<String, Kind> into) {
    var whole = resolved(document, schema);
    whole.path("allOf").forEach(it -> collect(document, it, into));
    whole.path("properties").properties()
        .forEach(it -> into.put(it.getKey(), kind(document, resolved(document, it.getValue()))));
  }

  private static Kind kind(JsonNode document, JsonNode schema) {
    if (schema.path("format").asString("").equals("uuid")) {
      return Kind.ID;
    }
    var items = resolved(document, schema.path("items"));
    if (items.path("format").asString("").equals("uuid")) {
      return Kind.IDS;
    }
    return schema.path("type").toString().contains("object") ? Kind.OBJECT : Kind.OTHER;
  }
}
