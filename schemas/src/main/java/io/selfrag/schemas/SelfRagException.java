package io.selfrag.schemas;

import org.jspecify.annotations.Nullable;

/**
 * The one exception of the pipeline: a code, a detail that helps a person and holds no secret, and a cause. Adapters turn
 * vendor exceptions into it at their own edge.
 */
public final class SelfRagException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public SelfRagException(ErrorCode code, String detail) {
    this(code, detail, null);
  }

  public SelfRagException(ErrorCode code, String detail, @Nullable Throwable cause) {
    super(detail, cause);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }

  /** A text that may be shown to the caller. */
  public String detail() {
    return String.valueOf(getMessage());
  }

  /** True if trying again later, unchanged, may succeed. */
  public boolean isTransient() {
    return code.kind().isTransient();
  }
}
