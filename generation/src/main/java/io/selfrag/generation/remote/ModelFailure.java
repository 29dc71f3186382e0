package io.selfrag.generation.remote;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Why a call failed, and what follows from it. Details never quote the server, which may repeat the prompt. */
final class ModelFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final Kind kind;
  private final @Nullable Duration pause;

  /** What a failure says of the server. */
  enum Kind {
    /** It may work at once, or in a moment. */
    PASSING,
    /** The operator must mend it; trying again is of no use. */
    MISCONFIGURED,
    /** The prompt is at fault; the server is well. */
    PROMPT
  }

  ModelFailure(ErrorCode code, Kind kind, String detail, @Nullable Throwable cause, @Nullable Duration pause) {
    super(detail, cause);
    this.code = code;
    this.kind = kind;
    this.pause = pause;
  }

  static ModelFailure passing(String detail, @Nullable Throwable cause) {
    return new ModelFailure(ErrorCode.MODEL_UNAVAILABLE, Kind.PASSING, detail, cause, null);
  }

  /** The failure in a chain of causes, or a passing one that has the whole chain as its cause. */
  static ModelFailure in(Throwable thrown, String otherwise) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof ModelFailure failure) {
        return failure;
      }
    }
    return passing(otherwise, thrown);
  }

  Kind kind() {
    return kind;
  }

  @Nullable
  Duration pause() {
    return pause;
  }

  SelfRagException toCaller() {
    return new SelfRagException(code, String.valueOf(getMessage()), this, pause);
  }
}
