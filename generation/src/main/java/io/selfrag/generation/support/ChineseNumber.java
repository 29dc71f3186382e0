package io.selfrag.generation.support;

/** Reads numbers below ten thousand as Chinese writes them: 二十三, 一千零五, and digit by digit as in 二〇二三. */
final class ChineseNumber {
  private static final String DIGITS = "〇一二三四五六七八九";

  private ChineseNumber() {}

  /** The value, or -1 where the characters are no number. */
  static long valueOf(String characters) {
    return characters.chars().anyMatch(it -> "十百千".indexOf(it) >= 0) ? grouped(characters) : digitByDigit(characters);
  }

  private static long digitByDigit(String characters) {
    long value = 0;
    for (int i = 0; i < characters.length(); i++) {
      char c = characters.charAt(i);
      int digit = digit(c);
      if (digit < 0) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private static long grouped(String characters) {
    long value = 0;
    int digit = -1;
    long last = Long.MAX_VALUE;
    for (int i = 0; i < characters.length(); i++) {
      char c = characters.charAt(i);
      long unit = switch (c) {
        case '十' -> 10;
        case '百' -> 100;
        case '千' -> 1000;
        default -> 1;
      };
      if (unit == 1) {
        digit = digit(c);
        if (digit < 0) {
          return -1;
        }
        continue;
      }
      if (unit >= last) {
        return -1;
      }
      value += unit * (digit <= 0 ? 1 : digit);
      last = unit;
      digit = -1;
    }
    return value + Math.max(digit, 0);
  }

  private static int digit(char c) {
    return switch (c) {
      case '零' -> 0;
      case '两' -> 2;
      default -> DIGITS.indexOf(c);
    };
  }
}
