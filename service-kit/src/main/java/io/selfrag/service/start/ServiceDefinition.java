package io.selfrag.service.start;

import java.util.List;

/**
 * A service as it is started.
 *
 * @param name of its file of settings, {@code <name>.yml}, and in logs and metrics
 * @param configuration the composition root
 * @param settings the records its settings are bound to, checked before the context is built
 */
public record ServiceDefinition(String name, Class<?> configuration, List<SettingsOf<?>> settings) {
  public ServiceDefinition {
    settings = List.copyOf(settings);
  }
}
