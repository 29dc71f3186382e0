package io.selfrag.generation.support;

import java.util.List;

/**
 * How well passages support a sentence.
 *
 * @param score from 0 to 1; {@value #ENOUGH} and more is supported
 * @param passages indexes of those that support it, best first; empty if none does
 * @param reason why it is not supported, or how it is
 */
public record Support(double score, List<Integer> passages, String reason) {
  /** From here on a sentence is supported. */
  public static final double ENOUGH = 0.5;

  public Support {
    passages = List.copyOf(passages);
  }

  public boolean isEnough() {
    return score >= ENOUGH;
  }
}
