package io.selfrag.schemas;

/** What a failure is about. The kind alone decides the HTTP status class and whether a worker retries. */
public enum ErrorKind {
  /** The request or the document is wrong: 4xx, or a dead letter. Retrying the same input cannot help. */
  USER,
  /** A limit is reached: 429 or 503 with {@code Retry-After}; workers back off and retry. */
  CAPACITY,
  /** Something we depend on is away or slow: 503; workers pause, back off and retry without limit. */
  EXTERNAL,
  /** Our own bug: 500 with a fixed text; workers try three times, then dead-letter (S27). */
  INTERNAL;

  /** True if trying again later, unchanged, may succeed. */
  public boolean isTransient() {
    return this == CAPACITY || this == EXTERNAL;
  }
}
