package io.selfrag.generation.support;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What of a sentence may not be a little off: numbers and names. Numbers are compared by value, so that 1,500.0, １５００ and 1500
 * are one; names are words with a capital that do not begin their sentence, words with a digit in them, and what stands in
 * Chinese title marks.
 *
 * @param numbers in plain notation
 * @param names in lower case
 */
record Facts(Set<String> numbers, Set<String> names) {
  private static final Pattern NUMBER = Pattern.compile(
      "(?<![\\p{L}\\d.])\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|(?<![A-Za-z\\d])\\d+(?:\\.\\d+)?");
  private static final Pattern CHINESE_NUMBER = Pattern.compile("[〇零一二三四五六七八九十百千两]{2,}");
  private static final Pattern WORD = Pattern
      .compile("[\\p{IsLatin}][\\p{IsLatin}\\d&'’.-]*[\\p{IsLatin}\\d]|\\p{IsLatin}");
  private static final Pattern TITLE = Pattern.compile("[《〈「『]([^》〉」』]{1,40})[》〉」』]");
  private static final Pattern SENTENCE_START = Pattern
      .compile("(?:^|[.!?:;。！？；：\\n•\"“(\\[-])\\s*(?:[0-9]{1,3}[.)]\\s*)?$");

  /** The facts of a text that is to be supported. */
  static Facts of(String text) {
    var folded = folded(text);
    var names = new LinkedHashSet<String>();
    var words = WORD.matcher(folded);
    while (words.find()) {
      if (isName(folded, words.start(), words.end(), words.group())) {
        names.add(name(words.group()));
      }
    }
    var titles = TITLE.matcher(folded);
    while (titles.find()) {
      names.add(titles.group(1).strip().toLowerCase(Locale.ROOT));
    }
    return new Facts(numbers(folded), names);
  }

  /** Numbers of a text, however written. */
  static Set<String> numbers(String text) {
    var folded = folded(text);
    var numbers = new LinkedHashSet<String>();
    var found = NUMBER.matcher(folded);
    while (found.find()) {
      numbers.add(plain(found.group()));
    }
    var chinese = CHINESE_NUMBER.matcher(folded);
    while (chinese.find()) {
      var value = ChineseNumber.valueOf(chinese.group());
      if (value >= 0) {
        numbers.add(Long.toString(value));
      }
    }
    return numbers;
  }

  /** Full-width digits, letters and punctuation as ASCII. */
  static String folded(String text) {
    var folded = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      folded.append(
          c >= '！' && c <= '～' && c != '！' && c != '？' && c != '；' && c != '：' && c != '（' && c != '）' && c != '，'
              ? (char) (c - 0xFEE0)
              : c == '\u00a0' || c == '\u3000' ? ' ' : c);
    }
    return folded.toString();
  }

  private static String plain(String number) {
    var plain = number.replace(",", "");
    if (plain.contains(".")) {
      plain = plain.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
    var whole = plain.replaceFirst("^0+(?=\\d)", "");
    return whole.isEmpty() ? "0" : whole;
  }

  private static boolean isName(String text, int start, int end, String word) {
    boolean capital = Character.isUpperCase(word.charAt(0));
    boolean marked = word.chars().skip(1).anyMatch(it -> Character.isUpperCase(it) || Character.isDigit(it));
    if (marked) {
      return true;
    }
    if (!capital || word.length() < 2) {
      return false;
    }
    return !SENTENCE_START.matcher(text.substring(0, start)).find() || followedByName(text, end);
  }

  /** "Tim Cook said": a capital at the start is a name if the next word has one too. */
  private static boolean followedByName(String text, int end) {
    return end + 1 < text.length() && text.charAt(end) == ' ' && Character.isUpperCase(text.charAt(end + 1));
  }

  private static String name(String word) {
    return word.toLowerCase(Locale.ROOT).replaceAll("['’]s?$", "");
  }
}
