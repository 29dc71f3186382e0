package io.selfrag.chunker.version;

import io.selfrag.chunker.split.Chunkers;
import io.selfrag.embedding.TokenCounter;

/** What is put in front of a chunk for embedding and BM25: the document's title, then what the chunker says of its place. */
final class ChunkContext {
  static final int TITLE_TOKENS = 48;

  private ChunkContext() {}

  /** Within the room that chunkers leave, in the model's own tokens. */
  static String of(String title, String place, TokenCounter counter) {
    String head = place.startsWith(title) ? "" : cut(title.strip(), TITLE_TOKENS, counter);
    String tail = cut(place, Chunkers.CONTEXT_TOKENS - counter.count(head), counter);
    return head.isEmpty() || tail.isEmpty() ? head + tail : head + "\n" + tail;
  }

  private static String cut(String text, int tokens, TokenCounter counter) {
    int[] ends = counter.tokenEnds(text);
    return ends.length <= tokens ? text : text.substring(0, tokens <= 0 ? 0 : ends[tokens - 1]).strip();
  }
}
