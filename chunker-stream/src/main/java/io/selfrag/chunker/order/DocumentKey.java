package io.selfrag.chunker.order;

import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.DocumentEvent;
import java.nio.ByteBuffer;
import java.util.UUID;

/** Identity of a document (S4), and how it is spelled as a key of a state store: knowledge bases are prefixes. */
public record DocumentKey(UUID tenantId, UUID knowledgeBaseId, UUID documentId) {
  private static final int UUID_BYTES = 16;

  public static DocumentKey of(DocumentCommand command) {
    return new DocumentKey(command.getTenantId(), command.getKnowledgeBaseId(), command.getDocumentId());
  }

  public static DocumentKey of(DocumentEvent event) {
    return new DocumentKey(event.getTenantId(), event.getKnowledgeBaseId(), event.getDocumentId());
  }

  /** Tenant, knowledge base, document: 48 bytes. */
  public byte[] toBytes() {
    return put(put(put(ByteBuffer.allocate(3 * UUID_BYTES), tenantId), knowledgeBaseId), documentId).array();
  }

  /** The document id of such a key. */
  public static UUID documentIdOf(byte[] key) {
    var buffer = ByteBuffer.wrap(key, 2 * UUID_BYTES, UUID_BYTES);
    return new UUID(buffer.getLong(), buffer.getLong());
  }

  /** The first key of a knowledge base. */
  public static byte[] first(UUID tenantId, UUID knowledgeBaseId) {
    return new DocumentKey(tenantId, knowledgeBaseId, new UUID(0, 0)).toBytes();
  }

  /** The last possible key of a knowledge base. */
  public static byte[] last(UUID tenantId, UUID knowledgeBaseId) {
    return new DocumentKey(tenantId, knowledgeBaseId, new UUID(-1, -1)).toBytes();
  }

  private static ByteBuffer put(ByteBuffer buffer, UUID id) {
    return buffer.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
  }
}
