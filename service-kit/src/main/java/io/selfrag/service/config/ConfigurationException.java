package io.selfrag.service.config;

import java.util.List;
import java.util.stream.Collectors;

/** A setting is wrong or missing. The message is one line that names it, for each that is, and repeats no secret. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param setting the name a person sets, such as {@code DATABASE_URL}
   * @param problem what is wrong with it, continuing the sentence
   */
  public ConfigurationException(String setting, String problem) {
    super(setting + " " + problem);
  }

  private ConfigurationException(String lines) {
    super(lines);
  }

  /** All of them, a line for each. */
  public static ConfigurationException of(List<ConfigurationException> several) {
    return new ConfigurationException(
        several.stream().map(Throwable::getMessage).distinct().collect(Collectors.joining(System.lineSeparator())));
  }
}
