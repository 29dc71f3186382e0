package io.selfrag.standalone.client;

import org.jspecify.annotations.Nullable;

/** The credentials of a data folder are missing or cannot be used. The message is one sentence for the person at the terminal. */
public final class CredentialsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CredentialsException(String sentence, @Nullable Exception cause) {
    super(sentence, cause);
  }
}
