package io.selfrag.embedding.language;

/** What the choice between an English and a Chinese model needs to know about a text. */
public enum Language {
  /** Mainly Latin script. */
  ENGLISH("en"),
  /** Mainly Han ideographs. */
  CHINESE("zh"),
  /** Anything else: another script, Japanese, or no letters at all. The English model embeds it. */
  OTHER("other");

  private final String code;

  Language(String code) {
    this.code = code;
  }

  /** {@code en}, {@code zh} or {@code other}. */
  public String code() {
    return code;
  }

  /** {@code zh} for Chinese and {@code en} for all else: the model that embeds it where there is one for each. */
  public String modelLanguage() {
    return this == CHINESE ? "zh" : "en";
  }
}
