package io.selfrag.schemas;

/**
 * Every failure that a caller, a dead letter or a document's status can name. Clients key on these names, so none is
 * ever renamed or re-used.
 */
public enum ErrorCode {
  UNAUTHORIZED(ErrorKind.USER, 401),
  INVALID_API_KEY(ErrorKind.USER, 401),
  MISSING_ADMIN_TOKEN(ErrorKind.USER, 401),
  INVALID_ADMIN_TOKEN(ErrorKind.USER, 403),
  TENANT_DISABLED(ErrorKind.USER, 403),
  ROLE_NOT_ALLOWED(ErrorKind.USER, 403),
  KB_NOT_IN_SCOPE(ErrorKind.USER, 403),
  NO_PERMISSION(ErrorKind.USER, 403),
  QUOTA_EXCEEDED(ErrorKind.USER, 403),
  TENANT_NOT_FOUND(ErrorKind.USER, 404),
  API_KEY_NOT_FOUND(ErrorKind.USER, 404),
  KB_NOT_FOUND(ErrorKind.USER, 404),
  DOC_NOT_FOUND(ErrorKind.USER, 404),
  CONVERSATION_NOT_FOUND(ErrorKind.USER, 404),
  DEAD_LETTER_NOT_FOUND(ErrorKind.USER, 404),
  JOB_NOT_FOUND(ErrorKind.USER, 404),
  NOT_FOUND(ErrorKind.USER, 404),
  METHOD_NOT_ALLOWED(ErrorKind.USER, 405),
  TENANT_NAME_EXISTS(ErrorKind.USER, 409),
  KB_NAME_EXISTS(ErrorKind.USER, 409),
  TENANT_ALREADY_DISABLED(ErrorKind.USER, 409),
  TENANT_ALREADY_ACTIVE(ErrorKind.USER, 409),
  INVALID_STATUS(ErrorKind.USER, 409),
  DOCUMENT_ID_CONFLICT(ErrorKind.USER, 409),
  IDEMPOTENCY_IN_PROGRESS(ErrorKind.USER, 409),
  KB_CONFIG_ERROR(ErrorKind.USER, 400),
  FETCH_FAILED(ErrorKind.USER, 400),
  INVALID_CHUNKER(ErrorKind.USER, 400),
  INVALID_REQUEST(ErrorKind.USER, 400),
  PAYLOAD_TOO_LARGE(ErrorKind.USER, 413),
  UNSUPPORTED_MEDIA_TYPE(ErrorKind.USER, 415),
  VALIDATION_ERROR(ErrorKind.USER, 422),
  IDEMPOTENCY_KEY_REUSED(ErrorKind.USER, 422),
  ENCRYPTED(ErrorKind.USER, 422),
  CORRUPT(ErrorKind.USER, 422),
  EMPTY_DOCUMENT(ErrorKind.USER, 422),
  NO_TEXT_LAYER(ErrorKind.USER, 422),
  PARSE_TIMEOUT(ErrorKind.USER, 422),
  ARCHIVE_LIMIT(ErrorKind.USER, 422),
  UNSUPPORTED_FORMAT(ErrorKind.USER, 415),
  WRONG_DIMENSION(ErrorKind.USER, 422),
  INVALID_VECTOR(ErrorKind.USER, 422),
  UNDECODABLE(ErrorKind.USER, 422),
  BAD_KEY(ErrorKind.USER, 422),
  RATE_LIMIT_EXCEEDED(ErrorKind.CAPACITY, 429),
  PIPELINE_SATURATED(ErrorKind.CAPACITY, 503),
  BROKER_UNAVAILABLE(ErrorKind.EXTERNAL, 503),
  STORE_UNAVAILABLE(ErrorKind.EXTERNAL, 503),
  MODEL_UNAVAILABLE(ErrorKind.EXTERNAL, 503),
  INTERNAL_ERROR(ErrorKind.INTERNAL, 500);

  private final ErrorKind kind;
  private final int httpStatus;

  ErrorCode(ErrorKind kind, int httpStatus) {
    this.kind = kind;
    this.httpStatus = httpStatus;
  }

  /** What this failure is about; decides between retry and dead letter. */
  public ErrorKind kind() {
    return kind;
  }

  /** The HTTP status with which an API answers. */
  public int httpStatus() {
    return httpStatus;
  }
}
