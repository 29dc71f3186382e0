package io.selfrag.service.start;

import java.util.Objects;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** A record of settings and the prefix of its keys. */
public record SettingsOf<T>(String prefix, Class<T> type) {
  /** Of a record that states its prefix by {@link ConfigurationProperties}. */
  public static <T> SettingsOf<T> of(Class<T> type) {
    return new SettingsOf<>(
        Objects.requireNonNull(type.getAnnotation(ConfigurationProperties.class), type::getName).value(), type);
  }

  /** Binds it; for records of modules that do not know Spring. */
  public T bind(Environment environment) {
    return Binder.get(environment).bindOrCreate(prefix, Bindable.of(type));
  }
}
