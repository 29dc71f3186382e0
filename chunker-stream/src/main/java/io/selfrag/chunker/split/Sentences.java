package io.selfrag.chunker.split;

import java.util.Locale;
import java.util.Set;
import java.util.function.IntConsumer;

/** Finds where sentences end, in Chinese, English and mixed text, from the characters nearby alone. */
final class Sentences {
  private static final String CHINESE_ENDS = "。！？；…｡";
  private static final String LATIN_ENDS = ".!?";
  private static final String CLOSERS = "\"'”’」』）)]】》";
  private static final Set<String> ABBREVIATIONS = Set.of("mr", "mrs", "ms", "dr", "prof", "st", "vs", "etc", "eg",
      "ie", "e.g",
      "i.e", "fig", "figs", "eq", "no", "nos", "vol", "al", "cf", "approx", "inc", "ltd", "co", "corp", "sec", "ch",
      "pp", "ed",
      "jr", "sr", "u.s", "dept", "art");

  private Sentences() {}

  /** Reports each offset at which a next sentence may start, white space in front of it skipped. */
  static void starts(String text, int from, int to, IntConsumer start) {
    int i = from;
    while (i < to) {
      char c = text.charAt(i);
      boolean chinese = CHINESE_ENDS.indexOf(c) >= 0;
      if (!chinese && LATIN_ENDS.indexOf(c) < 0) {
        i++;
        continue;
      }
      int after = i + 1;
      while (after < to && (CHINESE_ENDS + LATIN_ENDS + CLOSERS).indexOf(text.charAt(after)) >= 0) {
        after++;
      }
      int next = after;
      while (next < to && Character.isWhitespace(text.charAt(next))) {
        next++;
      }
      if (next < to && (chinese || (next > after && endsLatin(text, from, i, next)))) {
        start.accept(next);
      }
      i = Math.max(after, i + 1);
    }
  }

  private static boolean endsLatin(String text, int from, int end, int next) {
    if (Character.isLowerCase(text.charAt(next))) {
      return false;
    }
    if (text.charAt(end) != '.') {
      return true;
    }
    int word = end;
    while (word > from && end - word < 8
        && (Character.isLetter(text.charAt(word - 1)) || text.charAt(word - 1) == '.')) {
      word--;
    }
    String before = text.substring(word, end);
    boolean initial = before.length() == 1 && Character.isUpperCase(before.charAt(0));
    return !initial && !ABBREVIATIONS.contains(before.toLowerCase(Locale.ROOT));
  }
}
