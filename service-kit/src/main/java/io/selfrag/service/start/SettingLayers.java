package io.selfrag.service.start;

import java.util.LinkedHashMap;
import java.util.Set;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** An environment made of another one, which stays as it is. */
final class SettingLayers {
  /** What Boot puts in front of an environment's sources; it speaks for the environment that it was made for. */
  private static final String ATTACHED = "configurationProperties";

  private SettingLayers() {}

  /** The same as if these variables and properties had not been set. */
  static ConfigurableEnvironment without(ConfigurableEnvironment environment, Set<String> hidden) {
    var layered = new StandardEnvironment();
    var sources = layered.getPropertySources();
    sources.stream().map(PropertySource::getName).toList().forEach(sources::remove);
    environment.getPropertySources().stream().filter(it -> !it.getName().equals(ATTACHED))
        .forEach(it -> sources.addLast(without(it, hidden)));
    return layered;
  }

  private static PropertySource<?> without(PropertySource<?> source, Set<String> hidden) {
    if (hidden.isEmpty() || !(source instanceof EnumerablePropertySource<?> named)) {
      return source;
    }
    var kept = new LinkedHashMap<String, Object>();
    for (String name : named.getPropertyNames()) {
      var value = named.getProperty(name);
      if (value != null && !hidden.contains(name)) {
        kept.put(name, value);
      }
    }
    return source instanceof SystemEnvironmentPropertySource
        ? new SystemEnvironmentPropertySource(source.getName(), kept)
        : new MapPropertySource(source.getName(), kept);
  }
}
