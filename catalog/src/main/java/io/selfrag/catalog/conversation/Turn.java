package io.selfrag.catalog.conversation;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was said once.
 *
 * @param role {@code user} or {@code assistant}
 * @param chunkIds of an answer: the passages it cited
 * @param grounded of an answer: whether it was found to be supported
 * @param createdAt ignored where a turn is written
 */
public record Turn(String role, String content, List<UUID> chunkIds, @Nullable Boolean grounded, Instant createdAt) {
  public Turn {
    chunkIds = List.copyOf(chunkIds);
  }
}
