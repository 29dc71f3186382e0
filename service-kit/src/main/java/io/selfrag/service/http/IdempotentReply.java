package io.selfrag.service.http;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;

/**
 * An answer that can be given again.
 *
 * @param body what this request gets
 * @param replayBody what a repeated request gets: the same with every secret null
 * @param resourceId what was created
 * @param replayed whether it was given before
 */
public record IdempotentReply(int status, @Nullable Object body, @Nullable Object replayBody,
    @Nullable UUID resourceId, boolean replayed) {
  /** An answer that is given for the first time. */
  public IdempotentReply(int status, @Nullable Object body, @Nullable Object replayBody, @Nullable UUID resourceId) {
    this(status, body, replayBody, resourceId, false);
  }

  /** An answer without secrets. */
  public static IdempotentReply of(int status, Object body, @Nullable UUID resourceId) {
    return new IdempotentReply(status, body, body, resourceId);
  }

  /** As a route answers it. */
  public ResponseEntity<Object> toResponse() {
    var response = ResponseEntity.status(status);
    if (replayed) {
      response.header(Idempotency.REPLAYED_HEADER, "true");
    }
    return body == null ? response.build() : response.body(body);
  }
}
