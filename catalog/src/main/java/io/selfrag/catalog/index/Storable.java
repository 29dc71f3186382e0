package io.selfrag.catalog.index;

/** PostgreSQL's text holds no NUL; another character in its place keeps the offsets. */
final class Storable {
  private Storable() {}

  static String text(String text) {
    return text.indexOf('\0') < 0 ? text : text.replace('\0', '\uFFFD');
  }
}
