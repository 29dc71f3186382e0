package io.selfrag.chunker.split;

import java.util.Arrays;

import io.selfrag.embedding.TokenCounter;

/** Where the tokens of one text end: one tokenisation, then every count is a binary search. */
final class TokenIndex {
  /** A vocabulary may take a giant word for one unknown token; a chunk must stay bounded all the same. */
  private static final int CHARACTERS_A_TOKEN = 16;

  private final String text;
  private final int[] ends;

  private TokenIndex(String text, int[] ends) {
    this.text = text;
    this.ends = ends;
  }

  static TokenIndex of(String text, TokenCounter counter) {
    return new TokenIndex(text, counter.tokenEnds(text));
  }

  String text() {
    return text;
  }

  /** Tokens that end inside; at most one less than the count of the substring, unless the cut goes through words. */
  int tokens(int from, int to) {
    return endsUpTo(to) - endsUpTo(from);
  }

  /** True if the stretch holds at most so many tokens and is not absurdly long for them. */
  boolean fits(int from, int to, int limit) {
    return to - from <= maxCharacters(limit) && tokens(from, to) <= limit;
  }

  /** The farthest offset up to which so many tokens fit, never inside a surrogate pair and always behind {@code from}. */
  int reach(int from, int limit) {
    int last = endsUpTo(from) + limit;
    int offset = last > ends.length ? text.length() : last == 0 ? from : ends[last - 1];
    return wholeCharacter(Math.max(from + 1, Math.min(offset, Math.min(text.length(), from + maxCharacters(limit)))));
  }

  /** The earliest offset from which at most so many tokens end before the given one. */
  int back(int offset, int limit) {
    int first = endsUpTo(offset) - limit;
    int from = first <= 0 ? 0 : ends[first - 1];
    return wholeCharacter(Math.max(from, offset - maxCharacters(limit)));
  }

  /** The nearest offset at or behind the given one that does not cut a surrogate pair. */
  int wholeCharacter(int offset) {
    boolean inside = offset > 0 && offset < text.length() && Character.isLowSurrogate(text.charAt(offset))
        && Character.isHighSurrogate(text.charAt(offset - 1));
    return inside ? offset + 1 : offset;
  }

  static int maxCharacters(int limit) {
    return Math.multiplyExact(limit, CHARACTERS_A_TOKEN);
  }

  private int endsUpTo(int offset) {
    int found = Arrays.binarySearch(ends, offset);
    if (found < 0) {
      return -found - 1;
    }
    while (found + 1 < ends.length && ends[found + 1] == offset) {
      found++;
    }
    return found + 1;
  }
}
