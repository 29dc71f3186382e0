package io.selfrag.embedder.embed;

/**
 * How much goes to the model in one call. Small pieces keep interactive chunks from waiting, large ones save calls.
 *
 * @param texts most texts of a piece
 * @param tokens most tokens of a piece of several texts
 */
public record PieceLimits(int texts, int tokens) {
  public PieceLimits {
    if (texts < 1 || tokens < 1) {
      throw new IllegalArgumentException("a piece has room for one text and one token at least");
    }
  }
}
