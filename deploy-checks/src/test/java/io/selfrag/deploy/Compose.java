package io.selfrag.deploy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Compose files laid over each other, as far as the checks need it. */
final class Compose {
  static final String BASE = "docker-compose.yml";
  private static final Pattern NAMED = Pattern.compile("(?<!\\$)\\$\\{([A-Z][A-Z0-9_]*)");
  /** The innermost reference that is left; {@code :?} and {@code :-} as Compose means them. */
  private static final Pattern REFERENCE = Pattern.compile("(?<!\\$)\\$\\{([A-Z][A-Z0-9_]*)(?::([-?])([^${}]*))?}");

  private final Map<String, Object> file;

  private Compose(Map<String, Object> file) {
    this.file = file;
  }

  static Compose of(String... names) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (String name : names) {
      all = merge(all, YamlFile.document(Repository.text(name)));
    }
    return new Compose(all);
  }

  private static Map<String, Object> merge(Map<String, Object> below, Map<String, Object> above) {
    var merged = new LinkedHashMap<>(below);
    above.forEach((key, value) -> {
      if (value == YamlFile.RESET) {
        merged.remove(key);
      } else if (value instanceof Map && merged.get(key) instanceof Map) {
        merged.put(key, merge(YamlFile.map(merged.get(key)), YamlFile.map(value)));
      } else {
        merged.put(key, value);
      }
    });
    return merged;
  }

  Map<String, Object> file() {
    return file;
  }

  /** Everything that is run, by name. */
  Map<String, Map<String, Object>> services() {
    var services = new TreeMap<String, Map<String, Object>>();
    YamlFile.map(file.get("services")).forEach((name, it) -> services.put(name, YamlFile.map(it)));
    return services;
  }

  /** What the service's process gets, with these values of {@code .env}. */
  Map<String, String> environment(String service, Map<String, String> env) {
    var result = new TreeMap<String, String>();
    YamlFile.map(services().getOrDefault(service, Map.of()).get("environment"))
        .forEach((name, value) -> result.put(name, resolve(String.valueOf(value), env)));
    return result;
  }

  static String resolve(String text, Map<String, String> env) {
    var found = REFERENCE.matcher(text);
    while (found.find()) {
      String value = env.getOrDefault(found.group(1), "");
      if (value.isEmpty() && found.group(2) != null) {
        if (found.group(2).equals("?")) {
          throw new IllegalArgumentException(found.group(1) + " is required");
        }
        value = found.group(3);
      }
      text = text.substring(0, found.start()) + value + text.substring(found.end());
      found = REFERENCE.matcher(text);
    }
    return text.replace("$$", "$");
  }

  /** Variables of {@code .env} that a file refers to. */
  static Set<String> variablesOf(String name) {
    var found = new TreeSet<String>();
    NAMED.matcher(Repository.text(name)).results().forEach(it -> found.add(it.group(1)));
    return found;
  }
}
