package io.selfrag.query.systemconfig;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an operator can set while the system runs. Each is named as its environment variable, in lower case. */
public enum ConfigKey {
  LLM_PROVIDER("selfrag.generation.provider", Kind.TEXT),
  LLM_MODEL("selfrag.generation.model", Kind.TEXT),
  LLM_TEMPERATURE("selfrag.generation.temperature", Kind.NUMBER),
  LLM_MAX_TOKENS("selfrag.generation.max-tokens", Kind.INTEGER),
  LLM_API_KEY("selfrag.generation.api-key", Kind.SECRET),
  RERANK_ENABLED("selfrag.rerank.enabled", Kind.BOOLEAN),
  RERANK_PROVIDER("selfrag.rerank.provider", Kind.TEXT),
  RERANK_MODEL("selfrag.rerank.model", Kind.TEXT),
  RERANK_TOP_K("selfrag.rerank.top-k", Kind.INTEGER),
  RERANK_API_KEY("selfrag.rerank.api-key", Kind.SECRET);

  /** What its values are; secrets are texts that are stored encrypted and never shown. */
  public enum Kind {
    TEXT, NUMBER, INTEGER, BOOLEAN, SECRET;

    /** As it is answered. */
    public String wireName() {
      return switch (this) {
        case TEXT, SECRET -> "string";
        case NUMBER, INTEGER, BOOLEAN -> name().toLowerCase(Locale.ROOT);
      };
    }
  }

  private final String property;
  private final Kind kind;

  ConfigKey(String property, Kind kind) {
    this.property = property;
    this.kind = kind;
  }

  /** The key of that name, if there is one. */
  public static Optional<ConfigKey> of(String wireName) {
    return Arrays.stream(values()).filter(it -> it.wireName().equals(wireName)).findFirst();
  }

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The property that holds while no operator has set the key. */
  public String property() {
    return property;
  }

  public Kind kind() {
    return kind;
  }

  public boolean isSecret() {
    return kind == Kind.SECRET;
  }
}
