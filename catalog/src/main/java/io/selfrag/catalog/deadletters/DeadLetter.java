package io.selfrag.catalog.deadletters;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A record that a stage gave up.
 *
 * @param headers JSON object of texts
 * @param valueBytes how large its value is; null if it has none
 */
public record DeadLetter(UUID id, String topic, int partition, long offset, @Nullable UUID tenantId,
    @Nullable UUID knowledgeBaseId, @Nullable UUID documentId, String stage, String code, String message, int attempt,
    String originalTopic, int originalPartition, long originalOffset, @Nullable String key,
    @Nullable Integer valueBytes,
    String headers, Instant createdAt, @Nullable Instant replayedAt) {}
