package io.selfrag.service.http;

import java.util.UUID;
import java.util.regex.Pattern;

/** UUIDs as the contract writes them: 36 characters. The JDK's own parser also takes {@code 1-1-1-1-1} for one. */
public final class UuidText {
  private static final Pattern FORM = Pattern
      .compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

  private UuidText() {}

  /**
   * @throws IllegalArgumentException if it is none
   */
  public static UUID parse(String text) {
    if (!isOne(text)) {
      throw new IllegalArgumentException("not a UUID");
    }
    return UUID.fromString(text);
  }

  static boolean isOne(String text) {
    return FORM.matcher(text).matches();
  }
}
