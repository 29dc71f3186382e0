package io.selfrag.chunker.parse.tika;

/** Undoes what the width of a printed column did to words. */
final class PrintedLines {
  /** Shorter Chinese lines are items or table cells, not the full lines of a paragraph. */
  private static final int FULL_LINE = 15;

  private PrintedLines() {}

  static String join(String raw) {
    var out = new StringBuilder(raw.length());
    int lineStart = 0;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '\n' || out.isEmpty()) {
        out.append(c);
        continue;
      }
      while (out.length() > lineStart && out.charAt(out.length() - 1) == ' ') {
        out.setLength(out.length() - 1);
      }
      char next = i + 1 < raw.length() ? raw.charAt(i + 1) : '\n';
      if (cutsWord(out, next)) {
        out.setLength(out.length() - 1);
      } else if (!joinsChinese(out, lineStart, next)) {
        out.append('\n');
        lineStart = out.length();
      }
    }
    return out.toString();
  }

  /** "retriev-" + "al": a lower-case letter on both sides. Keeps "open-" + "Domain" and ranges. */
  private static boolean cutsWord(StringBuilder line, char next) {
    int length = line.length();
    if (length < 3 || !Character.isLowerCase(next)) {
      return false;
    }
    char hyphen = line.charAt(length - 1);
    return (hyphen == '-' || hyphen == '\u2010' || hyphen == '\u00AD') && Character.isLowerCase(line.charAt(length - 2))
        && Character.isLetter(line.charAt(length - 3));
  }

  private static boolean joinsChinese(StringBuilder line, int lineStart, char next) {
    return line.length() - lineStart >= FULL_LINE && isChinese(next) && isChinese(line.charAt(line.length() - 1));
  }

  private static boolean isChinese(char c) {
    boolean ideograph = c >= '\u3400' && c <= '\u9FFF';
    boolean inSentence = c == '、' || c == '，' || c == '；' || c == '《' || c == '》' || c == '「' || c == '」';
    return ideograph || inSentence;
  }
}
