package io.selfrag.service.config;

/** A setting is wrong or missing. The message is one line that names it and repeats no secret. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param setting the name a person sets, such as {@code DATABASE_URL}
   * @param problem what is wrong with it, continuing the sentence
   */
  public ConfigurationException(String setting, String problem) {
    super(setting + " " + problem);
  }
}
