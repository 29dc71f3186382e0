package io.selfrag.deploy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads YAML, a key that stands twice being an error. */
final class YamlFile {
  /** What {@code !reset} leaves: the value of the file below is taken away. */
  static final Object RESET = new Object() {
    @Override
    public String toString() {
      return "!reset";
    }
  };

  private YamlFile() {}

  /** All documents of a file. */
  static List<Map<String, Object>> documents(String text) {
    return StreamSupport.stream(yaml().loadAll(text).spliterator(), false).filter(Objects::nonNull)
        .map(YamlFile::map).toList();
  }

  static Map<String, Object> document(String text) {
    return map(yaml().load(text));
  }

  /** A mapping; none is an empty one. */
  @SuppressWarnings("unchecked")
  static Map<String, Object> map(@Nullable Object node) {
    return node == null ? Map.of() : (Map<String, Object>) node;
  }

  @SuppressWarnings("unchecked")
  static List<Object> list(@Nullable Object node) {
    return node == null ? List.of() : (List<Object>) node;
  }

  private static Yaml yaml() {
    var options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    return new Yaml(new ComposeTags(options), new Representer(new DumperOptions()), new DumperOptions(), options,
        new Resolver());
  }

  /** Compose's own tags: what is reset is marked, what overrides is what it is. */
  private static final class ComposeTags extends SafeConstructor {
    ComposeTags(LoaderOptions options) {
      super(options);
      yamlConstructors.put(new Tag("!reset"), new AbstractConstruct() {
        @Override
        public Object construct(Node node) {
          return RESET;
        }
      });
      yamlConstructors.put(new Tag("!override"), new AbstractConstruct() {
        @Override
        public Object construct(Node node) {
          return node instanceof SequenceNode list
              ? constructSequence(list)
              : new LinkedHashMap<>(constructMapping((MappingNode) node));
        }
      });
    }
  }
}
