package io.selfrag.chunker.kafka;

/** Who changed what straight from Kafka; what the API does at acceptance for its own commands. */
public interface ChangeAudit {
  /**
   * Puts the change into the audit log. Idempotent by its id. Blocks.
   *
   * @throws io.selfrag.schemas.SelfRagException {@code STORE_UNAVAILABLE} (transient)
   */
  void record(ExternalChange change);
}
