package io.selfrag.indexer.index;

import io.selfrag.catalog.index.ChunkRow;
import io.selfrag.catalog.index.DocumentFence;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.VersionKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Chunks as the index holds them, with copies of their documents' attributes as a batch found them. For one batch. */
final class ChunkPoints {
  private final Map<UUID, Map<String, Object>> metadata = new HashMap<>();

  Point of(ChunkRow row, DocumentFence document) {
    var version = row.version();
    var key = new VersionKey(version.tenantId(), version.knowledgeBaseId(), version.documentId(), version.generation(),
        version.revision(), version.attempt());
    var indexText = row.context().isBlank() ? row.text() : row.context() + "\n" + row.text();
    var copies = PointCopies.of(document, row.language(),
        metadata.computeIfAbsent(document.id(), _ -> PointCopies.metadata(document)));
    return new Point(row.id(), key, row.ordinal(), vector(row.vector()), indexText, copies);
  }

  static float[] vector(byte[] bytes) {
    var vector = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }
}
