package io.selfrag.service.http.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The document's files put together; what two of them name is a mistake. */
final class DocumentFiles {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String FOLDER = "/openapi/";
  private static final List<String> AREAS = List.of("documents.yaml", "answers.yaml", "tenancy.yaml", "operator.yaml");

  private DocumentFiles() {}

  static ObjectNode together() {
    var whole = read("document.yaml");
    AREAS.forEach(it -> add(whole, read(it), it));
    return whole;
  }

  /** When each error code is answered. */
  static ObjectNode errors() {
    return read("errors.yaml");
  }

  private static ObjectNode read(String name) {
    try (var in = DocumentFiles.class.getResourceAsStream(FOLDER + name)) {
      var options = new LoaderOptions();
      options.setAllowDuplicateKeys(false);
      Object content = new Yaml(new SafeConstructor(options)).load(Objects.requireNonNull(in, name));
      return JSON.valueToTree(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(ObjectNode into, ObjectNode part, String name) {
    part.properties().forEach(it -> {
      JsonNode there = into.get(it.getKey());
      if (there == null) {
        into.set(it.getKey(), it.getValue());
      } else if (there instanceof ObjectNode both && it.getValue() instanceof ObjectNode more
          && !isWhole(it.getKey())) {
        add(both, more, name);
      } else {
        throw new IllegalStateException(name + " says again what " + it.getKey() + " is");
      }
    });
  }

  /** A path or a schema stands in one file. */
  private static boolean isWhole(String key) {
    return key.startsWith("/") || Character.isUpperCase(key.charAt(0));
  }
}
