package io.selfrag.embedding.onnx;

import java.text.Normalizer;
import java.util.Locale;

/**
 * The characters of ordinary English and Chinese text and what a BERT tokenizer does with each, whatever stands next to it.
 * All others (marks that combine, controls, emoji, further scripts) are left to the tokenizer itself.
 */
final class PlainCharacters {
  /** What becomes of a character. */
  static final byte OTHER = 0;
  static final byte SPACE = 1;
  /** A token of its own. */
  static final byte SINGLE = 2;
  static final byte WORD = 3;

  /** First and last of each stretch: Latin, its punctuation, Chinese punctuation and ideographs, full-width forms. */
  private static final char[][] STRETCHES = {{'\t', '\n'}, {'\r', '\r'}, {' ', '~'}, {'\u00A0', '\u00AC'},
      {'\u00AE', '\u017F'}, {'\u2010', '\u2027'}, {'\u2030', '\u205E'}, {'\u20AC', '\u20AC'}, {'\u2190', '\u21FF'},
      {'\u2500', '\u25FF'}, {'\u3000', '\u3003'}, {'\u3008', '\u3011'}, {'\u3014', '\u301B'}, {'\u3400', '\u4DBF'},
      {'\u4E00', '\u9FA5'}, {'\uFF01', '\uFF5E'}};

  private final byte[] kinds = new byte[1 << 16];
  private final char[] normal = new char[1 << 16];

  PlainCharacters(boolean lowerCase) {
    for (char[] stretch : STRETCHES) {
      for (int c = stretch[0]; c <= stretch[1]; c++) {
        String normalized = normalized((char) c, lowerCase);
        if (normalized.length() == 1) {
          kinds[c] = kind((char) c, normalized.charAt(0));
          normal[c] = normalized.charAt(0);
        }
      }
    }
  }

  private static byte kind(char c, char normalized) {
    if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
      return SPACE;
    }
    return isIdeograph(c) || isPunctuation(normalized) ? SINGLE : WORD;
  }

  private static String normalized(char c, boolean lowerCase) {
    if (!lowerCase) {
      return String.valueOf(c);
    }
    String stripped = Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFD).codePoints()
        .filter(it -> Character.getType(it) != Character.NON_SPACING_MARK)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    return stripped.toLowerCase(Locale.ROOT);
  }

  private static boolean isIdeograph(char c) {
    return (c >= '\u4E00' && c <= '\u9FFF') || (c >= '\u3400' && c <= '\u4DBF');
  }

  private static boolean isPunctuation(char c) {
    boolean ascii = c > ' ' && c < 0x7F && !Character.isLetterOrDigit(c);
    return ascii || switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION, Character.DASH_PUNCTUATION, Character.START_PUNCTUATION,
          Character.END_PUNCTUATION, Character.INITIAL_QUOTE_PUNCTUATION, Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
        true;
      default -> false;
    };
  }

  byte kind(char c) {
    return kinds[c];
  }

  /** The character as it is looked up. */
  char normal(char c) {
    return normal[c];
  }
}
