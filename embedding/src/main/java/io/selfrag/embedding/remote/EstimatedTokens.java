package io.selfrag.embedding.remote;

import java.util.Arrays;

import io.selfrag.embedding.TokenCounter;

/**
 * Counts at least as many tokens as a model's own tokenizer makes of ordinary text, without having it: one for every three
 * ASCII letters of a word, two digits, or other alphabetic letter pair; one for each mark; one or two for each character
 * of a script without spaces, emoji and the like. English comes out about 1.6 times its true count, Chinese about 1.5
 * times. Text made to defeat it (random letters) can exceed it; the server's own limit then refuses.
 */
public final class EstimatedTokens implements TokenCounter {
  private static final int ASCII_LETTERS = 3;
  private static final int SHORT_RUN = 2;

  private final int tokensOfWideCharacter;

  private EstimatedTokens(int tokensOfWideCharacter) {
    this.tokensOfWideCharacter = tokensOfWideCharacter;
  }

  /** For SentencePiece vocabularies that know Chinese whole, such as bge-m3's. */
  public static TokenCounter sentencePiece() {
    return new EstimatedTokens(1);
  }

  /** For byte-level vocabularies such as OpenAI's, where a Chinese character may take two tokens. */
  public static TokenCounter byteLevel() {
    return new EstimatedTokens(2);
  }

  @Override
  public int count(String text) {
    return tokenEnds(text).length;
  }

  @Override
  public int[] tokenEnds(String text) {
    int[] ends = new int[Math.max(16, text.length() / 2)];
    int tokens = 0;
    for (int position = 0; position < text.length();) {
      int codePoint = text.codePointAt(position);
      if (Character.isWhitespace(codePoint)) {
        position += Character.charCount(codePoint);
        continue;
      }
      boolean wide = isWide(codePoint);
      position = wide ? position + Character.charCount(codePoint) : endOfRun(text, position);
      for (int i = 0; i < (wide ? tokensOfWideCharacter : 1); i++) {
        if (tokens == ends.length) {
          ends = Arrays.copyOf(ends, tokens * 2);
        }
        ends[tokens++] = position;
      }
    }
    if (tokens > 0) {
      ends[tokens - 1] = text.length();
    }
    return Arrays.copyOf(ends, tokens);
  }

  /** Not ASCII, and not a letter of an alphabet: ideographs, kana, hangul, emoji, marks of other scripts. */
  private static boolean isWide(int codePoint) {
    return (codePoint > 0x24F && !Character.isAlphabetic(codePoint)) || Character.isIdeographic(codePoint)
        || (codePoint >= 0x3040 && codePoint <= 0x30FF) || (codePoint >= 0xAC00 && codePoint <= 0xD7A3);
  }

  private static int endOfRun(String text, int start) {
    int first = text.codePointAt(start);
    int position = start + Character.charCount(first);
    int most = isAsciiLetter(first) ? ASCII_LETTERS : Character.isLetterOrDigit(first) ? SHORT_RUN : 1;
    for (int taken = 1; taken < most && position < text.length(); taken++) {
      int codePoint = text.codePointAt(position);
      if (isWide(codePoint) || isAsciiLetter(codePoint) != isAsciiLetter(first)
          || Character.isDigit(codePoint) != Character.isDigit(first) || !Character.isLetterOrDigit(codePoint)) {
        return position;
      }
      position += Character.charCount(codePoint);
    }
    return position;
  }

  private static boolean isAsciiLetter(int codePoint) {
    return codePoint < 0x80 && Character.isLetter(codePoint);
  }
}
