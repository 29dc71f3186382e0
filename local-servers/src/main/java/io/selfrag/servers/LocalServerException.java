package io.selfrag.servers;

import org.jspecify.annotations.Nullable;

/** A local server cannot be started, stopped or spoken to. The message is one sentence for the person who started it. */
public class LocalServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LocalServerException(String sentence) {
    this(sentence, null);
  }

  public LocalServerException(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
  }
}
