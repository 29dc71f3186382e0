package io.selfrag.standalone.client;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The system refused a call or could not be reached; the message is one sentence for the person at the terminal. */
public final class ApiFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  private final int status;
  private final @Nullable Duration retryAfter;

  /** @param status of the answer, or 0 if there was none */
  public ApiFailure(int status, String sentence) {
    this(status, sentence, null);
  }

  ApiFailure(int status, String sentence, @Nullable Duration retryAfter) {
    super(sentence);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  public int status() {
    return status;
  }

  /** True if no answer came: the system does not run, is starting, or cannot be reached. */
  public boolean isSilence() {
    return status == 0;
  }

  /** True if the system asked for patience. */
  public boolean isBusy() {
    return status == TOO_MANY_REQUESTS || status == UNAVAILABLE;
  }

  /** How long the system asked to wait. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** The sentence. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
