package io.selfrag.chunker.parse;

import java.time.Duration;

/**
 * What parsing one document may cost.
 *
 * @param timeout wall time; held only by parsers that run in a process of their own
 * @param maxCharacters UTF-16 units of extracted text
 * @param maxInflatedBytes real bytes of all entries of a ZIP container together
 * @param maxEntries entries of a ZIP container
 * @param maxRatio inflated bytes for each byte of the container
 */
public record ParseLimits(Duration timeout, int maxCharacters, long maxInflatedBytes, int maxEntries, int maxRatio) {
  public static final ParseLimits DEFAULTS = new ParseLimits(Duration.ofSeconds(60), 20_000_000, 200L << 20, 5_000,
      100);

  public ParseLimits {
    if (!timeout.isPositive() || maxCharacters < 1 || maxInflatedBytes < 1 || maxEntries < 1 || maxRatio < 1) {
      throw new IllegalArgumentException("every parse limit must be positive");
    }
  }

  public ParseLimits withTimeout(Duration newTimeout) {
    return new ParseLimits(newTimeout, maxCharacters, maxInflatedBytes, maxEntries, maxRatio);
  }

  public ParseLimits withMaxCharacters(int newMaxCharacters) {
    return new ParseLimits(timeout, newMaxCharacters, maxInflatedBytes, maxEntries, maxRatio);
  }
}
