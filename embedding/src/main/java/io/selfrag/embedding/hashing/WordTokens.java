package io.selfrag.embedding.hashing;

import java.util.Arrays;

import io.selfrag.embedding.TokenCounter;

/**
 * Words of letters and digits, single Han or kana characters, and single marks: close to what a BERT vocabulary makes of
 * plain text, without one. A word counts one token for every eight characters, so a long line without spaces is not one token.
 */
final class WordTokens implements TokenCounter {
  private static final int CHARACTERS_A_TOKEN = 8;

  @Override
  public int count(String text) {
    return tokenEnds(text).length;
  }

  @Override
  public int[] tokenEnds(String text) {
    int[] ends = new int[Math.min(text.length(), 64)];
    int tokens = 0;
    int position = 0;
    while (position < text.length()) {
      int codePoint = text.codePointAt(position);
      if (Character.isWhitespace(codePoint)) {
        position += Character.charCount(codePoint);
        continue;
      }
      position = endOfToken(text, position);
      if (tokens == ends.length) {
        ends = Arrays.copyOf(ends, tokens * 2);
      }
      ends[tokens++] = position;
    }
    if (tokens > 0) {
      ends[tokens - 1] = text.length();
    }
    return Arrays.copyOf(ends, tokens);
  }

  static boolean isWordPart(int codePoint) {
    return Character.isLetterOrDigit(codePoint) && !isSingle(codePoint);
  }

  /** Scripts written without spaces, where one character is about one token. */
  static boolean isSingle(int codePoint) {
    return Character.isIdeographic(codePoint)
        || (codePoint >= 0x3040 && codePoint <= 0x30FF); // hiragana and katakana
  }

  private static int endOfToken(String text, int start) {
    int position = start;
    for (int taken = 0; taken < CHARACTERS_A_TOKEN && position < text.length(); taken++) {
      int codePoint = text.codePointAt(position);
      if (!isWordPart(codePoint)) {
        return taken == 0 ? position + Character.charCount(codePoint) : position;
      }
      position += Character.charCount(codePoint);
    }
    return position;
  }
}
