package io.selfrag.catalog.intake;

/** How a revision stands that somebody wants to be tried again. */
public enum RetryStanding {
  /** It has failed or was interrupted, and nothing newer is there. */
  RETRYABLE,
  /** It is being processed. */
  UNDER_WAY,
  /** It has come to a good end. */
  ENDED,
  /** The document has a newer version, or was deleted. */
  MOVED_ON,
  /** The tenant never had such a document. */
  UNKNOWN
}
