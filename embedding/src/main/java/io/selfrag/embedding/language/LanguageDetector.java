package io.selfrag.embedding.language;

import java.lang.Character.UnicodeScript;

/**
 * Decides by script, in one pass over the first {@value #SAMPLE} characters. One Han character weighs as much as one word
 * of another script, because that is about what each says. A Han share of {@value #CHINESE_SHARE} is enough for Chinese:
 * the Chinese model knows English words, the English one knows almost no Han character. Kana above a tenth of the
 * Han and kana characters means Japanese, so {@link Language#OTHER}.
 */
public final class LanguageDetector {
  static final int SAMPLE = 8_192;
  static final double CHINESE_SHARE = 0.3;
  static final double JAPANESE_SHARE = 0.1;

  private LanguageDetector() {}

  /** Deterministic and safe for concurrent callers; microseconds. */
  public static Language detect(String text) {
    Tally tally = new Tally();
    int end = Math.min(text.length(), SAMPLE);
    for (int i = 0; i < end;) {
      int codePoint = text.codePointAt(i);
      tally.add(codePoint);
      i += Character.charCount(codePoint);
    }
    return tally.verdict();
  }

  /** Han and kana characters, and words of Latin and of other letters. */
  private static final class Tally {
    private int han;
    private int kana;
    private int latinWords;
    private int otherWords;
    private boolean insideWord;

    void add(int codePoint) {
      if (!Character.isLetter(codePoint)) {
        // a mark on a letter, an apostrophe or a digit does not end a word: "naïve", "don't", "v2beta"
        insideWord &= codePoint == '\'' || codePoint == '\u2019' || Character.isDigit(codePoint)
            || Character.getType(codePoint) == Character.NON_SPACING_MARK;
        return;
      }
      UnicodeScript script = codePoint < 0x250 ? UnicodeScript.LATIN : UnicodeScript.of(codePoint);
      switch (script) {
        case HAN -> {
          han++;
          insideWord = false;
        }
        case HIRAGANA, KATAKANA -> {
          kana++;
          insideWord = false;
        }
        default -> {
          if (!insideWord) {
            if (script == UnicodeScript.LATIN) {
              latinWords++;
            } else {
              otherWords++;
            }
          }
          insideWord = true;
        }
      }
    }

    Language verdict() {
      int all = han + kana + latinWords + otherWords;
      if (all == 0) {
        return Language.OTHER;
      }
      if (kana > JAPANESE_SHARE * (han + kana) && han + kana > CHINESE_SHARE * all) {
        return Language.OTHER;
      }
      if (han >= CHINESE_SHARE * all) {
        return Language.CHINESE;
      }
      return latinWords >= otherWords + kana ? Language.ENGLISH : Language.OTHER;
    }
  }
}
