package io.selfrag.chunker.split;

import java.util.Arrays;

import io.selfrag.embedding.TokenCounter;

/** Counts like a WordPiece vocabulary: pieces of words, single Chinese characters and marks, one token for a giant word. */
final class WordPieces implements TokenCounter {
  private static final int PIECE = 5;
  private static final int GIANT = 100;

  @Override
  public int count(String text) {
    return tokenEnds(text).length;
  }

  @Override
  public int[] tokenEnds(String text) {
    int[] ends = new int[16];
    int count = 0;
    int i = 0;
    while (i < text.length()) {
      int wordEnd = i;
      while (wordEnd < text.length() && isWord(text.charAt(wordEnd))) {
        wordEnd++;
      }
      if (wordEnd == i) {
        boolean blank = Character.isWhitespace(text.charAt(i));
        i += Character.charCount(text.codePointAt(i));
        if (blank) {
          continue;
        }
      } else {
        i = wordEnd - i > GIANT ? wordEnd : Math.min(wordEnd, i + PIECE);
      }
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, count * 2);
      }
      ends[count++] = i;
    }
    return Arrays.copyOf(ends, count);
  }

  private static boolean isWord(char c) {
    return c < 0x2E80 && Character.isLetterOrDigit(c);
  }
}
