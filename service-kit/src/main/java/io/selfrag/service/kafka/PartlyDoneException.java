package io.selfrag.service.kafka;

import io.selfrag.schemas.SelfRagException;

/**
 * Some of a batch is done and the handler remembers it; for the rest there is a transient cause. Trying again soon is worth it,
 * however often it was needed before: something that fails now and then must not be waited for like something that is away.
 */
public final class PartlyDoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final SelfRagException reason;

  /**
   * @param reason transient
   */
  public PartlyDoneException(SelfRagException reason) {
    super(reason.getMessage(), reason);
    if (!reason.isTransient()) {
      throw new IllegalArgumentException("only a transient failure is tried again", reason);
    }
    this.reason = reason;
  }

  SelfRagException reason() {
    return reason;
  }
}
