package io.selfrag.service.trace;

/** Which side of a call or a topic a span is on. */
public enum SpanRole {
  /** Answers a request. */
  SERVER,
  /** Works on what a topic brought. */
  CONSUMER,
  /** Part of another. */
  INTERNAL
}
