package io.selfrag.standalone.client;

import java.util.ArrayList;
import java.util.List;

/**
 * What is known of the place that standard output goes to. The {@code selfrag} script looks, since Java tells a terminal
 * only where standard input is one as well.
 *
 * @param columns of the terminal, or 0 where output goes to a file or a pipe
 */
public record Terminal(int columns) {
  private static final int USUAL = 80;
  private static final int READABLE = 100;
  /** Ideographs and syllables of East Asia with their punctuation, and pictures, take two columns. */
  private static final List<Range> WIDE = List.of(new Range(0x1100, 0x115F), new Range(0x2E80, 0xA4CF),
      new Range(0xAC00, 0xD7A3), new Range(0xF900, 0xFAFF), new Range(0xFE30, 0xFE6F), new Range(0xFF00, 0xFF60),
      new Range(0x1F300, 0x1FAFF), new Range(0x20000, 0x3FFFD));

  private record Range(int first, int last) {}

  /** This process's: what the script saw, or else a guess. */
  @SuppressWarnings("SystemConsoleNull") // From 22 to 24 there always was one; since 25 it is null again.
  public static Terminal ofProcess() {
    var told = System.getProperty("selfrag.columns");
    if (told == null) {
      var console = System.console();
      return new Terminal(console != null && console.isTerminal() ? USUAL : 0);
    }
    return new Terminal(told.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(told) : 0);
  }

  /** Whether a line can be drawn again in its place. */
  boolean redraws() {
    return columns > 0;
  }

  /** A text in lines that can be read on a terminal; one line elsewhere, where a program may read it. */
  public List<String> wrapped(String text, int indent) {
    if (columns == 0) {
      return List.of(text);
    }
    int width = Math.max(1, Math.min(columns, READABLE) - indent);
    var lines = new ArrayList<String>();
    int start = 0;
    while (start < text.length()) {
      int end = lineEnd(text, start, width);
      lines.add(text.substring(start, end).strip());
      start = end;
    }
    return lines;
  }

  /** Where the line ends: at a space if there is one, else wherever it is full, as in Chinese. */
  private static int lineEnd(String text, int start, int width) {
    int used = 0;
    int space = -1;
    for (int i = start; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int codePoint = text.codePointAt(i);
      if (used + cells(codePoint) > width) {
        return space > start ? space : Math.max(i, start + 1);
      }
      used += cells(codePoint);
      if (codePoint == ' ') {
        space = i + 1;
      }
    }
    return text.length();
  }

  /** Columns that a character takes. */
  private static int cells(int codePoint) {
    return WIDE.stream().anyMatch(it -> it.first() <= codePoint && codePoint <= it.last()) ? 2 : 1;
  }
}
