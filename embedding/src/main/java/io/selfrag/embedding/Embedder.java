package io.selfrag.embedding;

import java.util.List;

/**
 * Turns texts into unit-length vectors of one model. Implementations are safe for concurrent callers, give the same vector
 * for the same text whatever its neighbours, and never cut a text silently: a text above {@link #maxTokens()} fails with
 * {@code PAYLOAD_TOO_LARGE}. A server that is away, slow or busy is {@code MODEL_UNAVAILABLE} (transient); an answer of
 * the wrong size is {@code WRONG_DIMENSION} and one with NaN or infinity, or of zero length, {@code INVALID_VECTOR} (both permanent).
 */
public interface Embedder extends AutoCloseable {
  ModelId model();

  /** The longest text that the model reads whole, in its own tokens, special tokens excluded. */
  int maxTokens();

  /** Counts the model's tokens of a text, special tokens excluded. */
  TokenCounter tokenCounter();

  /**
   * Embeds passages, in order; blocks for the work or the call. Prefixes the model's passage instruction where its card
   * names one.
   *
   * @param texts non-blank texts, at most a few hundred
   * @return one vector a text, each of {@code model().dimension()} components and length 1
   */
  List<float[]> embedPassages(List<String> texts);

  /** Embeds a question with the model's query instruction; blocks. */
  float[] embedQuery(String text);

  /** Throws {@code MODEL_UNAVAILABLE} if the model cannot answer now; for health checks. */
  void check();

  /** Refuses new calls, waits for those in flight, then frees the model. */
  @Override
  void close();
}
