package io.selfrag.service.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

/** The file of shared settings as services read it, with chosen variables instead of this machine's. */
public final class ServiceKitFile {
  private static final String NAME = "service-kit.yml";

  private ServiceKitFile() {}

  public static ConfigurableEnvironment with(Map<String, Object> variables) {
    var environment = new StandardEnvironment();
    environment.getPropertySources().forEach(it -> environment.getPropertySources().remove(it.getName()));
    environment.getPropertySources().addLast(new MapPropertySource("variables", variables));
    environment.getPropertySources().addLast(file());
    return environment;
  }

  /** Each key with what stands behind it: variable and default. */
  static String text() {
    var lines = new TreeMap<String, String>();
    for (String key : file().getPropertyNames()) {
      lines.put(key, String.valueOf(file().getProperty(key)));
    }
    return lines.entrySet().stream().map(it -> it.getKey() + " = " + it.getValue())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static EnumerablePropertySource<?> file() {
    try {
      return (EnumerablePropertySource<?>) new YamlPropertySourceLoader().load(NAME, new ClassPathResource(NAME))
          .getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
