package io.selfrag.standalone.config;

import java.util.regex.Pattern;

/** Values without what is secret in them. */
final class Masked {
  private static final String MASK = "********";
  private static final Pattern SECRET = Pattern.compile("(^|_)(TOKEN|PASSWORD|SECRET|KEY)($|_(?!LOCATION))|JAAS");
  private static final Pattern IN_ADDRESS = Pattern.compile("(://[^:/@\\s]*:)[^/\\s]*@");
  private static final Pattern IN_QUERY = Pattern.compile("((?:password|api[-_]?key|token)=)[^&\\s]+",
      Pattern.CASE_INSENSITIVE);

  private Masked() {}

  /** The value of a variable. */
  static String value(String variable, String value) {
    return value.isBlank() || !SECRET.matcher(variable).find() ? text(value) : MASK;
  }

  /** Any text, which may hold addresses. */
  static String text(String text) {
    return IN_QUERY.matcher(IN_ADDRESS.matcher(text).replaceAll("$1" + MASK + "@")).replaceAll("$1" + MASK);
  }
}
