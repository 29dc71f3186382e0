package io.selfrag.service.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A route whose body may be as large as {@code MAX_REQUEST_SIZE_MB}, or of any length if it is streamed line by line. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface LargeBody {
  /** True if the body is read as a stream that never ends up in memory. */
  boolean unbounded() default false;
}
