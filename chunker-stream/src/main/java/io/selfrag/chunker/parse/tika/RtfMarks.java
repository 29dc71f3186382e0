package io.selfrag.chunker.parse.tika;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;

/**
 * An RTF file with marks in its text: what starts a row, ends a cell, ends a row and makes a heading are control words, of
 * which Tika's parser passes on nothing. Marks are characters of the private use area, written as RTF writes any character.
 */
final class RtfMarks extends InputStream {
  static final char ROW_STARTS = '\uE5E0';
  static final char CELL_ENDS = '\uE5E1';
  static final char ROW_ENDS = '\uE5E2';
  /** Of a heading of level 1; the ones behind it of the levels below. */
  static final char HEADING = '\uE5E3';
  static final int LEVELS = 9;

  private static final int LONGEST_CONTROL = 40;

  private final PushbackInputStream in;
  private byte[] ready = new byte[0];
  private int at;
  private long raw;

  /**
   * @param in buffered
   */
  RtfMarks(InputStream in) {
    this.in = new PushbackInputStream(in);
  }

  @Override
  public int read() throws IOException {
    if (at < ready.length) {
      return ready[at++] & 0xFF;
    }
    int c = in.read();
    if (raw > 0) {
      raw--;
    } else if (c == '\\') {
      ready = control().getBytes(StandardCharsets.ISO_8859_1);
      at = 1;
      return ready[0];
    }
    return c;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = 0;
    while (count < length) {
      int c = read();
      if (c < 0) {
        return count == 0 ? -1 : count;
      }
      bytes[offset + count++] = (byte) c;
    }
    return count;
  }

  /** The control whose backslash has been read, with its mark in front of it. */
  private String control() throws IOException {
    var control = new StringBuilder("\\");
    int c = in.read();
    if (c < 0) {
      return control.toString();
    }
    if (!isLetter(c)) {
      return control.append((char) c).toString();
    }
    for (; isLetter(c) && control.length() < LONGEST_CONTROL; c = in.read()) {
      control.append((char) c);
    }
    int word = control.length();
    for (; isNumeric(c) && control.length() < LONGEST_CONTROL; c = in.read()) {
      control.append((char) c);
    }
    int number = number(control.substring(word));
    String name = control.substring(1, word);
    if (name.equals("bin") && number > 0) {
      // the blank behind the number belongs to the control
      raw = c == ' ' ? number + 1L : number;
    }
    if (c >= 0) {
      in.unread(c);
    }
    return mark(name, number) + control;
  }

  private static boolean isLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isNumeric(int c) {
    return c == '-' || (c >= '0' && c <= '9');
  }

  private static int number(String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static String mark(String name, int number) {
    return switch (name) {
      case "intbl", "trowd" -> written(ROW_STARTS);
      case "cell", "nestcell" -> written(CELL_ENDS);
      case "row" -> written(ROW_ENDS);
      case "outlinelevel" -> number >= 0 && number < LEVELS ? written((char) (HEADING + number)) : "";
      default -> "";
    };
  }

  private static String written(char mark) {
    return "{\\uc0\\u" + (short) mark + " }";
  }
}
