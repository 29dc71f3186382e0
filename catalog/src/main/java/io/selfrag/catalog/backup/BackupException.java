package io.selfrag.catalog.backup;

import org.jspecify.annotations.Nullable;

/** Why a backup or restore cannot be done, as a sentence for an operator. */
public final class BackupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BackupException(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
  }
}
