package io.selfrag.chunker.kafka;

import io.selfrag.schemas.avro.DocumentVersion;
import java.util.Map;

/** What operators hold back of the bulk lane. */
public interface Holds {
  /** Nothing is held back. */
  Holds NONE = new Holds() {
    @Override
    public boolean isHeld(DocumentVersion version) {
      return false;
    }

    @Override
    public void park(DocumentVersion version, byte[] record, Map<String, String> headers) {
      throw new IllegalStateException("nothing is held back here");
    }
  };

  /**
   * Whether this version has to wait. Blocks where it does not know yet.
   *
   * @throws io.selfrag.schemas.SelfRagException {@code STORE_UNAVAILABLE} (transient)
   */
  boolean isHeld(DocumentVersion version);

  /**
   * Keeps the version's record until it is sent again. Idempotent. Blocks.
   *
   * @throws io.selfrag.schemas.SelfRagException {@code STORE_UNAVAILABLE} (transient)
   */
  void park(DocumentVersion version, byte[] record, Map<String, String> headers);
}
