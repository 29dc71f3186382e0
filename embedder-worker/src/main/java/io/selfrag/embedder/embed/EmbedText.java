package io.selfrag.embedder.embed;

import io.selfrag.embedding.Embedder;
import io.selfrag.schemas.avro.ChunkText;

/** Chooses what of a chunk the model reads. */
public final class EmbedText {
  private EmbedText() {}

  /**
   * Title and headings in front of the text, or the text alone where both together are more than the model reads whole: the
   * text itself is never cut.
   */
  public static String of(ChunkText chunk, Embedder embedder) {
    return of(chunk.getContext(), chunk.getText(), embedder);
  }

  /** The same of a chunk that is known by its two parts. */
  public static String of(String context, String text, Embedder embedder) {
    if (context.isBlank()) {
      return text;
    }
    var both = context + "\n\n" + text;
    // A token has at least one character, so that most chunks need no counting.
    return both.length() <= embedder.maxTokens() || embedder.tokenCounter().count(both) <= embedder.maxTokens()
        ? both
        : text;
  }
}
