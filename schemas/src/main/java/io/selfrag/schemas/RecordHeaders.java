package io.selfrag.schemas;

/** Names of the headers that records carry; values are UTF-8 text. */
public final class RecordHeaders {
  /** W3C trace context of the request that caused the record. */
  public static final String TRACEPARENT = "traceparent";
  /** The caller's or our own request id. */
  public static final String REQUEST_ID = "request-id";

  /** Stage that gave a record up: order, parse, chunk, embed, index or project. */
  public static final String DLT_STAGE = "dlt-stage";
  /** An {@link ErrorCode} name. */
  public static final String DLT_CODE = "dlt-code";
  /** For a person; no secret. */
  public static final String DLT_MESSAGE = "dlt-message";
  /** Stack trace, cut at {@link #MAX_STACK_BYTES}. */
  public static final String DLT_STACK = "dlt-stack";
  /** How often it was tried. */
  public static final String DLT_ATTEMPT = "dlt-attempt";
  public static final String DLT_TOPIC = "dlt-original-topic";
  public static final String DLT_PARTITION = "dlt-original-partition";
  public static final String DLT_OFFSET = "dlt-original-offset";
  /** When the broker got the original, in milliseconds since 1970: the place of a command that has no revision (S1). */
  public static final String DLT_TIMESTAMP = "dlt-original-timestamp";

  /** Longest stack trace in a header (S10). */
  public static final int MAX_STACK_BYTES = 4096;

  private RecordHeaders() {}

  /** True for those that a dead letter has beside the headers of the original. */
  public static boolean isOfDeadLetter(String name) {
    return name.startsWith("dlt-");
  }
}
