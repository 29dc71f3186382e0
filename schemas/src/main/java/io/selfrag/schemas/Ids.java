package io.selfrag.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Ids that follow from what they name, so that a repeated step finds its own traces. */
public final class Ids {
  private Ids() {}

  /** The id of a document with an external id (S4): UUIDv5(knowledge base, external id). */
  public static UUID documentId(UUID knowledgeBaseId, String externalId) {
    return uuidV5(knowledgeBaseId, externalId.getBytes(StandardCharsets.UTF_8));
  }

  /** The id of a document created under an idempotency key (S23): UUIDv5(credential, key). */
  public static UUID documentIdForKey(UUID credentialId, String idempotencyKey) {
    return uuidV5(credentialId, idempotencyKey.getBytes(StandardCharsets.UTF_8));
  }

  /** The id of a chunk (S5); every write downstream is an upsert by it. */
  public static UUID chunkId(UUID tenantId, UUID knowledgeBaseId, UUID documentId, int generation, long revision,
      int attempt, int ordinal) {
    var name = ByteBuffer.allocate(2 * 16 + 4 + 8 + 4 + 4);
    name.putLong(knowledgeBaseId.getMostSignificantBits()).putLong(knowledgeBaseId.getLeastSignificantBits());
    name.putLong(documentId.getMostSignificantBits()).putLong(documentId.getLeastSignificantBits());
    name.putInt(generation).putLong(revision).putInt(attempt).putInt(ordinal);
    return uuidV5(tenantId, name.array());
  }

  /** Name-based UUID, version 5 (SHA-1), of RFC 9562 section 5.5. */
  public static UUID uuidV5(UUID namespace, byte[] name) {
    MessageDigest sha1;
    try {
      sha1 = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    sha1.update(ByteBuffer.allocate(16).putLong(namespace.getMostSignificantBits())
        .putLong(namespace.getLeastSignificantBits()).array());
    var hash = ByteBuffer.wrap(sha1.digest(name));
    long high = (hash.getLong() & 0xFFFFFFFFFFFF0FFFL) | 0x5000L;
    long low = (hash.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return new UUID(high, low);
  }
}
