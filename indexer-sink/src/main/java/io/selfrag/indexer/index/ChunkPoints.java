package io.selfrag.indexer.index;

import io.selfrag.catalog.index.ChunkRow;
import io.selfrag.catalog.index.DocumentFence;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointAttributes;
import io.selfrag.vectorstore.VersionKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Chunks as the index holds them, with copies of their document's attributes. */
final class ChunkPoints {
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {
  };

  private final JsonMapper json = JsonMapper.shared();

  Point of(ChunkRow row, DocumentFence document) {
    var version = row.version();
    var key = new VersionKey(version.tenantId(), version.knowledgeBaseId(), version.documentId(), version.generation(),
        version.revision(), version.attempt());
    var indexText = row.context().isBlank() ? row.text() : row.context() + "\n" + row.text();
    return new Point(row.id(), key, row.ordinal(), vector(row.vector()), indexText,
        attributes(document, row.language()));
  }

  PointAttributes attributes(DocumentFence document, String language) {
    return new PointAttributes(document.sensitivity(), document.aclUsers(), document.aclRoles(), document.aclGroups(),
        language, json.readValue(document.metadata(), OBJECT));
  }

  static float[] vector(byte[] bytes) {
    var vector = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }
}
