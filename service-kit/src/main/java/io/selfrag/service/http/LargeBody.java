package io.selfrag.service.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A route whose body may be larger than that of others. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface LargeBody {
  /** What becomes of the body while it is read. */
  Reading value();

  /** Where a body is while it is read. */
  enum Reading {
    /** As a whole in memory, up to {@code MAX_REQUEST_SIZE_MB}. */
    IN_MEMORY,
    /** Piece by piece, up to {@code MAX_REQUEST_SIZE_MB}. */
    STREAMED,
    /** Piece by piece, without end. */
    ENDLESS
  }
}
