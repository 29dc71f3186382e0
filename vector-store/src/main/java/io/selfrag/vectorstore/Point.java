package io.selfrag.vectorstore;

import io.selfrag.vectorstore.analysis.Titles;
import java.util.UUID;

/**
 * One chunk as the index holds it.
 *
 * @param chunkId identity; an upsert of the same id replaces
 * @param key which document version it belongs to
 * @param ordinal position in the document, from 0
 * @param vector unit length, of the collection's dimension; not copied, treat as immutable
 * @param indexText what BM25 sees beside the title: headings and text; empty is allowed
 * @param attributes copies of the document's; never trusted at hydration
 */
public record Point(UUID chunkId, VersionKey key, int ordinal, float[] vector, String indexText,
    PointAttributes attributes) {
  /** All that BM25 sees. */
  public String words() {
    return Titles.above(attributes.title(), indexText);
  }

  /** The same chunk after a change of its document's attributes. */
  public Point with(PointAttributes changed) {
    return new Point(chunkId, key, ordinal, vector, indexText, changed);
  }
}
