package io.selfrag.service.config;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The deployment's own secret, from which keys are derived.
 *
 * @param key {@code SECRET_KEY}; null or blank: there is none
 */
@ConfigurationProperties("selfrag.secrets")
public record SecretKeySettings(@Nullable String key) {
  private static final int SHORTEST = 16;

  public SecretKeySettings {
    key = key == null || key.isBlank() ? null : key.strip();
    if (key != null && key.length() < SHORTEST) {
      throw new ConfigurationException("SECRET_KEY", "must have at least " + SHORTEST + " characters");
    }
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "SecretKeySettings[]";
  }
}
