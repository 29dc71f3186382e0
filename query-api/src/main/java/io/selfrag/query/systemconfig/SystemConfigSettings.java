package io.selfrag.query.systemconfig;

import io.selfrag.service.config.ConfigurationException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How stored secrets are kept.
 *
 * @param secretKey {@code SECRET_KEY}: what they are encrypted with; null or blank: none can be stored
 */
@ConfigurationProperties("selfrag.system-config")
public record SystemConfigSettings(@Nullable String secretKey) {
  private static final int SHORTEST = 16;

  public SystemConfigSettings {
    secretKey = secretKey == null || secretKey.isBlank() ? null : secretKey.strip();
    if (secretKey != null && secretKey.length() < SHORTEST) {
      throw new ConfigurationException("SECRET_KEY", "must have at least " + SHORTEST + " characters");
    }
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "SystemConfigSettings[]";
  }
}
