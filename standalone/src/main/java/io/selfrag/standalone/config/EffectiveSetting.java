package io.selfrag.standalone.config;

import io.selfrag.service.start.SettingOrigin;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * An environment variable as the services see it.
 *
 * @param value in force, secrets masked
 * @param source where it comes from
 */
record EffectiveSetting(String variable, String value, String source) {

  /**
   * Those of all services whose files the environment has.
   *
   * @param ofTheFolder variables that a data folder's system gives its services
   */
  static Collection<EffectiveSetting> of(ConfigurableEnvironment environment, Set<String> ofTheFolder) {
    var found = new LinkedHashMap<String, EffectiveSetting>();
    // The file that all services share is the last in line, and the first to be read.
    var files = environment.getPropertySources().stream().filter(OriginTrackedMapPropertySource.class::isInstance)
        .map(OriginTrackedMapPropertySource.class::cast).toList().reversed();
    for (var file : files) {
      for (String property : file.getPropertyNames()) {
        var raw = String.valueOf(file.getProperty(property));
        var variables = SettingOrigin.variables(raw);
        if (!variables.isEmpty()) {
          var first = variables.getFirst();
          found.putIfAbsent(first, new EffectiveSetting(first,
              Masked.value(first, environment.resolvePlaceholders(raw)), source(environment, variables, ofTheFolder)));
        }
      }
    }
    return found.values();
  }

  private static String source(ConfigurableEnvironment environment, List<String> variables, Set<String> ofTheFolder) {
    return variables.stream().filter(it -> environment.getProperty(it) != null).findFirst()
        .filter(it -> !environment.getProperty(it, "").isBlank()).map(used -> {
          if (ofTheFolder.contains(used)) {
            return "data folder";
          }
          return used.equals(variables.getFirst()) ? "environment" : "environment, by " + used;
        }).orElse("default");
  }
}
