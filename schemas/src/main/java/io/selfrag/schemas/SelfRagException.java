package io.selfrag.schemas;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The one exception of the pipeline: a code, a detail that helps a person and holds no secret, and a cause. Adapters turn
 * vendor exceptions into it at their own edge.
 */
public final class SelfRagException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final @Nullable Duration retryAfter;
  private final ArrayList<UUID> missing;

  public SelfRagException(ErrorCode code, String detail) {
    this(code, detail, null);
  }

  public SelfRagException(ErrorCode code, String detail, @Nullable Throwable cause) {
    this(code, detail, cause, null);
  }

  /** With the pause that whoever refused us asked for. */
  public SelfRagException(ErrorCode code, String detail, @Nullable Throwable cause, @Nullable Duration retryAfter) {
    this(code, detail, cause, retryAfter, List.of());
  }

  private SelfRagException(ErrorCode code, String detail, @Nullable Throwable cause, @Nullable Duration retryAfter,
      Collection<UUID> missing) {
    super(detail, cause);
    this.code = code;
    this.retryAfter = retryAfter;
    this.missing = new ArrayList<>(missing);
  }

  /** With the ids that a request named elsewhere than in its path, and that were not found. */
  public static SelfRagException missing(ErrorCode code, String detail, Collection<UUID> ids) {
    return new SelfRagException(code, detail, null, null, ids);
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

  /** What was named and not found, as far as the path does not say it. */
  public List<UUID> missing() {
    return List.copyOf(missing);
  }

  /** True if trying again later, unchanged, may succeed. */
  public boolean isTransient() {
    return code.kind().isTransient();
  }
}
