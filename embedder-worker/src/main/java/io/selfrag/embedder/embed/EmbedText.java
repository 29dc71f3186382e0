package io.selfrag.embedder.embed;

import io.selfrag.embedding.Embedder;
import io.selfrag.schemas.avro.ChunkText;

/** Chooses what of a chunk the model reads. */
final class EmbedText {
  private EmbedText() {}

  /**
   * Title and headings in front of the text, or the text alone where both together are more than the model reads whole: the
   * text itself is never cut.
   */
  static String of(ChunkText chunk, Embedder embedder) {
    if (chunk.getContext().isBlank()) {
      return chunk.getText();
    }
    var both = chunk.getContext() + "\n\n" + chunk.getText();
    // A token has at least one character, so that most chunks need no counting.
    return both.length() <= embedder.maxTokens() || embedder.tokenCounter().count(both) <= embedder.maxTokens()
        ? both
        : chunk.getText();
  }
}
