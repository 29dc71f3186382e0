package io.selfrag.chunker.version;

import io.selfrag.schemas.avro.Sha256;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/** Original bytes by tenant and digest (S22). Blocks, within a time limit; safe for concurrent callers. */
public interface ContentStore {
  /**
   * The bytes, if this tenant's store has them.
   *
   * @throws io.selfrag.schemas.SelfRagException {@code STORE_UNAVAILABLE} (transient)
   */
  Optional<byte[]> fetch(UUID tenantId, Sha256 sha256);

  /**
   * Keeps bytes, or marks them as referenced now if they are there. Idempotent.
   *
   * @throws io.selfrag.schemas.SelfRagException {@code STORE_UNAVAILABLE} (transient)
   */
  void store(UUID tenantId, Sha256 sha256, ByteBuffer bytes);
}
