package io.selfrag.embedding;

/**
 * Turns a text into one vector for each of its words or their pieces, as the text around gives them meaning. Implementations are
 * safe for concurrent callers.
 */
public interface TokenEmbedder extends AutoCloseable {
  ModelId model();

  /**
   * Embeds a text's tokens; blocks for the work, on the caller's thread. What the text has beyond the limit is not read;
   * punctuation and the model's own marks have no vectors.
   *
   * @param maxTokens 1 to what the model reads whole
   */
  TokenVectors embedTokens(String text, int maxTokens);

  /** Refuses new calls with {@code MODEL_UNAVAILABLE}, waits for those in flight, then frees the model. */
  @Override
  void close();
}
