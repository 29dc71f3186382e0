package io.selfrag.query.retrieve.http;

import io.selfrag.query.retrieve.RetrieverCatalogue;
import io.selfrag.query.retrieve.RetrieverDescription;
import io.selfrag.query.retrieve.RetrieverParameter;
import io.selfrag.schemas.chunkers.ChunkerCatalogue;
import io.selfrag.schemas.chunkers.ChunkerDescription;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /v1/pipeline/operators}: what a knowledge base or a request can name, with its parameters as JSON Schema. */
@RestController
public final class OperatorsController {
  private static final String TYPE = "type";
  private static final String OBJECT = "object";
  private static final List<Operator> POST_PROCESSORS = List.of(
      new Operator("rerank",
          "Puts the best hits in the order of the deployment's reranker; fields of the request. Off unless the operator, the request or the retriever fusion wants it.",
          schema(
              properties("rerank", Map.of(TYPE, "boolean"), "rerank_top_k", integer("hits that are looked at", 1, 50),
                  "rerank_model", Map.of(TYPE, "string"))),
          false),
      new Operator("mmr",
          "Prefers results that differ from those before (maximal marginal relevance); a field of the request.",
          schema(properties("mmr_lambda",
              Map.of(TYPE, "number", "minimum", 0, "maximum", 1, "description", "1: by relevance alone"))),
          false),
      new Operator("context_window", "Adds the neighbours of each result; a field of the request.",
          schema(properties("context_window", integer("neighbours on either side; 1 if absent", 0, 5))), true));

  /** @param isDefault whether it is used where nothing is said */
  record Operator(String name, String description, Map<String, Object> paramsSchema, boolean isDefault) {}

  /** All of them, the default first. */
  record Operators(List<Operator> chunkers, List<Operator> retrievers, List<Operator> postProcessors) {}

  @GetMapping("/v1/pipeline/operators")
  @RequiresRole(Role.READ)
  Operators operators() {
    var chunkers = ChunkerCatalogue.all();
    var retrievers = RetrieverCatalogue.all();
    return new Operators(chunkers.stream().map(it -> chunker(it, it.equals(chunkers.getFirst()))).toList(),
        retrievers.stream().map(it -> retriever(it, it.equals(retrievers.getFirst()))).toList(), POST_PROCESSORS);
  }

  private static Operator chunker(ChunkerDescription it, boolean isDefault) {
    var properties = new LinkedHashMap<String, Object>();
    it.parameters().forEach(parameter -> {
      var property = new LinkedHashMap<>(integer(parameter.description(), parameter.minimum(), parameter.maximum()));
      property.put("default", parameter.defaultValue());
      properties.put(parameter.name(), property);
    });
    return new Operator(it.name(), it.description(), schema(properties), isDefault);
  }

  private static Operator retriever(RetrieverDescription it, boolean isDefault) {
    var properties = new LinkedHashMap<String, Object>();
    it.parameters().forEach(parameter -> properties.put(parameter.name(), property(parameter)));
    return new Operator(it.name(), it.description(), schema(properties), isDefault);
  }

  private static Map<String, Object> property(RetrieverParameter it) {
    var property = new LinkedHashMap<String, Object>(switch (it.type()) {
      case INTEGER -> integer(it.description(), (int) it.minimum(), (int) it.maximum());
      case NUMBER -> Map.of(TYPE, "number", "minimum", it.minimum(), "maximum", it.maximum());
      case BOOLEAN -> Map.of(TYPE, "boolean");
      case CHOICE -> Map.of(TYPE, "string", "enum", it.choices());
      case MEMBERS -> Map.of(TYPE, "array", "minItems", (int) it.minimum(), "maxItems", (int) it.maximum(), "items",
          member());
    });
    property.put("description", it.description());
    if (it.defaultValue() != null) {
      property.put("default", it.defaultValue());
    }
    return property;
  }

  private static Map<String, Object> member() {
    var member = new LinkedHashMap<>(schema(properties("name", Map.of(TYPE, "string"), "params",
        Map.of(TYPE, OBJECT), "weight", Map.of(TYPE, "number", "exclusiveMinimum", 0, "maximum", 10, "default", 1))));
    member.put("required", List.of("name"));
    return member;
  }

  private static Map<String, Object> integer(String description, int minimum, int maximum) {
    return Map.of(TYPE, "integer", "minimum", minimum, "maximum", maximum, "description", description);
  }

  private static Map<String, Object> properties(Object... namesAndSchemas) {
    var properties = new LinkedHashMap<String, Object>();
    for (int i = 0; i < namesAndSchemas.length; i += 2) {
      properties.put((String) namesAndSchemas[i], namesAndSchemas[i + 1]);
    }
    return properties;
  }

  private static Map<String, Object> schema(Map<String, Object> properties) {
    var schema = new LinkedHashMap<String, Object>();
    schema.put(TYPE, OBJECT);
    schema.put("properties", properties);
    schema.put("additionalProperties", false);
    return schema;
  }
}
