package io.selfrag.service.config;

import java.util.Locale;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How log lines look and which are written.
 *
 * @param format plain or json
 */
@ConfigurationProperties("selfrag.log")
public record LogSettings(@DefaultValue("plain") String format, @DefaultValue("INFO") String level) {
  private static final Set<String> FORMATS = Set.of("plain", "json");
  private static final Set<String> LEVELS = Set.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR");

  public LogSettings {
    if (!FORMATS.contains(format)) {
      throw new ConfigurationException("LOG_FORMAT", "must be plain or json");
    }
    if (!LEVELS.contains(level.toUpperCase(Locale.ROOT))) {
      throw new ConfigurationException("LOG_LEVEL", "must be one of TRACE, DEBUG, INFO, WARN, ERROR");
    }
  }
}
