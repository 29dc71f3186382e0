package io.selfrag.chunker.parse.text;

import java.text.Normalizer;

/** Makes text of any origin comparable: one line end, NFC, no controls, no typographic ligatures, no lone surrogates. */
public final class TextNormalizer {
  /** Unicode's own mapping gives 戶, but fonts that show this radical belong to simplified Chinese documents. */
  private static final char DOOR_RADICAL = '\u2F3E';

  private TextNormalizer() {}

  /** Normalises a whole text; tabs and line feeds stay. Nothing is trimmed. */
  public static String normalize(String text) {
    String clean = isClean(text) ? text : replaceCharacters(text);
    return Normalizer.isNormalized(clean, Normalizer.Form.NFC)
        ? clean
        : Normalizer.normalize(clean, Normalizer.Form.NFC);
  }

  private static boolean isClean(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean control = c < ' ' && c != '\n' && c != '\t';
      if (control || (c >= 0x7f && mustReplace(c))) {
        return false;
      }
    }
    return true;
  }

  private static boolean mustReplace(char c) {
    return c <= 0xA0 || c == '\u00AD' || c == '\u2007' || c == '\u202F' || c == '\u200B' || c == '\u2028'
        || c == '\u2029'
        || c == '\uFEFF' || isRadical(c) || isLigature(c) || Character.isSurrogate(c);
  }

  private static String replaceCharacters(String text) {
    var out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
        out.append(c).append(text.charAt(++i));
      } else {
        append(out, text, i, c);
      }
    }
    return out.toString();
  }

  private static void append(StringBuilder out, String text, int index, char c) {
    switch (c) {
      case '\r' -> {
        if (index + 1 >= text.length() || text.charAt(index + 1) != '\n') {
          out.append('\n');
        }
      }
      case '\u0085', '\u2028', '\f', '\u000B' -> out.append('\n');
      case '\u2029' -> out.append("\n\n");
      case '\u00A0', '\u2007', '\u202F' -> out.append(' ');
      case '\u00AD', '\u200B', '\uFEFF' -> {
        // invisible: they would only split words
      }
      default -> {
        if (Character.isSurrogate(c)) {
          out.append('\uFFFD');
        } else if (c == DOOR_RADICAL) {
          out.append('户');
        } else if (isRadical(c) || isLigature(c)) {
          out.append(Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFKC));
        } else if (c == '\n' || c == '\t' || !Character.isISOControl(c)) {
          out.append(c);
        }
      }
    }
  }

  /** Kangxi radicals stand for ordinary characters in many Chinese PDFs, where no search would find them. */
  private static boolean isRadical(char c) {
    return c >= '\u2F00' && c <= '\u2FDF';
  }

  private static boolean isLigature(char c) {
    return c >= '\uFB00' && c <= '\uFB06';
  }
}
