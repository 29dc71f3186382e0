package io.selfrag.schemas;

import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The one exception of the pipeline: a code, a detail that helps a person and holds no secret, and a cause. Adapters turn
 * vendor exceptions into it at their own edge.
 */
public final class SelfRagException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final @Nullable Duration retryAfter;

  public SelfRagException(ErrorCode code, String detail) {
    this(code, detail, null);
  }

  public SelfRagException(ErrorCode code, String detail, @Nullable Throwable cause) {
    this(code, detail, cause, null);
  }

  /** With the pause that whoever refused us asked for. */
  public SelfRagException(ErrorCode code, String detail, @Nullable Throwable cause, @Nullable Duration retryAfter) {
    super(detail, cause);
    this.code = code;
    this.retryAfter = retryAfter;
  }

  public ErrorCode code() {
    return code;
  }

  /** A text that may be shown to the caller. */
  public String detail() {
    return String.valueOf(getMessage());
  }

  /** How long to wait before trying again, where the refusing side said so. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** True if trying again later, unchanged, may succeed. */
  public boolean isTransient() {
    return code.kind().isTransient();
  }
}
