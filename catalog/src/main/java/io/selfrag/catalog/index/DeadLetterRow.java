package io.selfrag.catalog.index;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as it is listed.
 *
 * @param topic of the dead letters, with partition and offset its identity
 * @param key of the record, as it came
 * @param value of the record, as it came
 * @param headers all of them, as text
 */
public record DeadLetterRow(UUID id, String topic, int partition, long offset, @Nullable UUID tenantId,
    @Nullable UUID knowledgeBaseId, @Nullable UUID documentId, String stage, String code, String message, int attempt,
    String originalTopic, int originalPartition, long originalOffset, byte @Nullable [] key, byte @Nullable [] value,
    Map<String, String> headers, Instant createdAt) {
  public DeadLetterRow {
    headers = Map.copyOf(headers);
  }
}
