package io.selfrag.catalog.lookup;

import io.selfrag.schemas.avro.ModelRef;
import io.selfrag.schemas.avro.ProcessingSpec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How a generation's spec is written in the column {@code generations.spec}, and in one canonical form. */
public final class GenerationSpecs {
  private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
      .build();

  private GenerationSpecs() {}

  /** Reads the column. */
  static ProcessingSpec read(String column) {
    JsonNode node = JSON.readTree(column);
    var models = node.path("models").valueStream()
        .map(it -> new ModelRef(it.path("language").asString("any"), it.path("provider").asString(),
            it.path("model").asString(), it.path("dimension").asInt()))
        .toList();
    var parameters = node.path("chunker_params");
    return canonical(new ProcessingSpec(node.path("chunker").asString(),
        parameters.isObject() ? JSON.writeValueAsString(parameters) : "{}", node.path("language").asString("auto"),
        models));
  }

  /**
   * The same spec with its parameters in one spelling: a fingerprint must not depend on whether the spec came from the log or
   * from a {@code jsonb} column, which changes order and spaces.
   */
  public static ProcessingSpec canonical(ProcessingSpec spec) {
    try {
      var parameters = JSON.readValue(spec.getChunkerParams(), Object.class);
      return new ProcessingSpec(spec.getChunker(), JSON.writeValueAsString(parameters), spec.getLanguage(),
          spec.getModels());
    } catch (JacksonException _) {
      // No JSON at all: whoever uses the parameters refuses them by a code of its own.
      return spec;
    }
  }
}
