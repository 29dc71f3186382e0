package io.selfrag.service.http;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An answer that can be given again.
 *
 * @param body what this request gets
 * @param replayBody what a repeated request gets: the same with every secret null
 * @param resourceId what was created
 */
public record IdempotentReply(int status, @Nullable Object body, @Nullable Object replayBody,
    @Nullable UUID resourceId) {
  /** An answer without secrets. */
  public static IdempotentReply of(int status, Object body, @Nullable UUID resourceId) {
    return new IdempotentReply(status, body, body, resourceId);
  }
}
