package io.selfrag.chunker.parse.tika.pdf;

/** Text without its white space is what two readings of a line have in common. */
final class Spaces {
  private Spaces() {}

  static boolean isSpace(int codePoint) {
    return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
  }

  static String without(String text) {
    return text.codePoints().filter(c -> !isSpace(c))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
  }

  /** The offset behind so many characters that are no white space. */
  static int offsetOf(String text, int visible) {
    int seen = 0;
    int offset = 0;
    while (offset < text.length() && seen < visible) {
      int c = text.codePointAt(offset);
      seen += isSpace(c) ? 0 : Character.charCount(c);
      offset += Character.charCount(c);
    }
    return offset;
  }
}
