package io.selfrag.ingest.http;

import org.jspecify.annotations.Nullable;

/** Why a document failed. */
record ErrorBody(@Nullable String stage, String code, @Nullable String message) {
  static @Nullable ErrorBody of(@Nullable String stage, @Nullable String code, @Nullable String message) {
    return code == null ? null : new ErrorBody(stage, code, message);
  }
}
