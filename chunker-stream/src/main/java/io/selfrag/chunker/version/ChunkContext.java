package io.selfrag.chunker.version;

import io.selfrag.chunker.split.Chunkers;
import io.selfrag.embedding.TokenCounter;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.avro.DocumentVersion;
import java.util.regex.Pattern;

/** What is put in front of a chunk for embedding and BM25: the document's title, then what the chunker says of its place. */
final class ChunkContext {
  static final int TITLE_TOKENS = 48;

  /** One word that counts or names a record; neither path nor file name, which have a point or a slash. */
  private static final Pattern IDENTIFIER = Pattern.compile("(?=\\D*\\d)[\\p{Alnum}_:#-]+");

  private ChunkContext() {}

  /**
   * The title, or nothing where whoever has none repeated the external id: {@code news-00042} says nothing of the text, yet in front
   * of a short one it moves its vector. RGB zh_int, whose documents have no titles, had nDCG@10 .379 by meaning with its ids for titles
   * and .388 without. BM25 has the title from the row, so that a document is found by its id all the same.
   */
  static String title(DocumentVersion version) {
    var title = version.getTitle();
    return IDENTIFIER.matcher(title).matches()
        && Ids.documentId(version.getKnowledgeBaseId(), title).equals(version.getDocumentId()) ? "" : title;
  }

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
