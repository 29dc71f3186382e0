package io.selfrag.indexer.index;

import io.selfrag.catalog.index.ChunkRow;
import io.selfrag.catalog.index.DocumentFence;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.VersionKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Chunks as the index holds them, with copies of their documents' attributes as a batch found them. For one batch. */
public final class ChunkPoints {
  private final Map<UUID, Map<String, Object>> metadata = new HashMap<>();

  /** The point of a chunk. */
  public Point of(ChunkRow row, DocumentFence document) {
    var version = row.version();
    var key = new VersionKey(version.tenantId(), version.knowledgeBaseId(), version.documentId(), version.generation(),
        version.revision(), version.attempt());
    var place = placeOf(row.context(), document.title().strip(), row.headingPath());
    var indexText = place.isEmpty() ? row.text() : place + "\n" + row.text();
    var copies = PointCopies.of(document, row.language(),
        metadata.computeIfAbsent(document.id(), _ -> PointCopies.metadata(document)));
    return new Point(row.id(), key, row.ordinal(), vector(row.vector()), indexText, copies);
  }

  /**
   * A chunk's context without the title, whole or cut, with which it begins: the index has the title of now beside the text. A
   * title that was changed since is known by not being one of the headings, so that what is written anew from the rows is what
   * was written first.
   */
  static String placeOf(String context, String title, List<String> headingPath) {
    if (context.startsWith(title)) {
      var rest = context.substring(title.length());
      return rest.isEmpty() || !Character.isLetterOrDigit(rest.codePointAt(0)) ? rest.strip() : context;
    }
    int end = context.indexOf('\n');
    var first = end < 0 ? context : context.substring(0, end);
    if (first.isBlank() || (isOf(headingPath, first) && !title.startsWith(first))) {
      return context;
    }
    return context.substring(first.length()).strip();
  }

  /** Headings may have lost their beginning or their end, to fit. */
  private static boolean isOf(List<String> headingPath, String line) {
    return String.join(" > ", headingPath).contains(line);
  }

  static float[] vector(byte[] bytes) {
    var vector = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }
}
