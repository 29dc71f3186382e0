package io.selfrag.query.systemconfig;

import org.jspecify.annotations.Nullable;

/** A stored secret cannot be opened. The message says what to do, and holds no secret. */
final class UnreadableSecretException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableSecretException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
