package io.selfrag.query.systemconfig.http;

import io.selfrag.query.systemconfig.ConfigKey;
import io.selfrag.service.http.ValidationException;
import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Values as callers send them. */
final class ConfigValue {
  private static final Pattern VARIABLE = Pattern.compile("\\b(LLM|RERANK)_[A-Z_]+\\b");
  private static final int LONGEST_TEXT = 128;
  private static final int LONGEST_SECRET = 1024;

  private ConfigValue() {}

  /**
   * The value as text, of the key's type.
   *
   * @throws ValidationException if it is of another
   */
  static String textOf(ConfigKey key, JsonNode value) {
    return switch (key.kind()) {
      case TEXT -> text(value, LONGEST_TEXT);
      case SECRET -> text(value, LONGEST_SECRET);
      case NUMBER -> {
        require(value.isNumber(), "must be a number", "type_error");
        yield String.valueOf(value.asDouble());
      }
      case INTEGER -> {
        require(value.isIntegralNumber(), "must be an integer", "type_error");
        require(value.canConvertToInt(), "is too large", "value_error");
        yield String.valueOf(value.asInt());
      }
      case BOOLEAN -> {
        require(value.isBoolean(), "must be true or false", "type_error");
        yield String.valueOf(value.asBoolean());
      }
    };
  }

  private static String text(JsonNode value, int longest) {
    require(value.isString(), "must be a string", "type_error");
    var text = value.asString().strip();
    require(!text.isEmpty(), "must not be blank; null goes back to the environment's value", "value_error");
    require(text.length() <= longest, "must have at most " + longest + " characters", "value_error");
    // They go into requests and headers.
    require(text.chars().allMatch(it -> it >= ' ' && it < 0x7F), "must have printable ASCII characters alone",
        "value_error");
    return text;
  }

  private static void require(boolean holds, String message, String type) {
    if (!holds) {
      throw new ValidationException("body", "value", message, type);
    }
  }

  /** A sentence about environment variables as one about keys. */
  static String inKeys(String sentence) {
    return VARIABLE.matcher(sentence).replaceAll(it -> it.group().toLowerCase(Locale.ROOT));
  }
}
