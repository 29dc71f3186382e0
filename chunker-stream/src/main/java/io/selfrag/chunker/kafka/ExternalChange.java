package io.selfrag.chunker.kafka;

import io.selfrag.schemas.ErrorCode;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a producer asked for straight from Kafka, and how it ended.
 *
 * @param id of the record it came in, the same however often that is read
 * @param at when the broker got it
 * @param command its kind, as its schema is named
 * @param refused null: it was accepted
 * @param requestId empty where the producer gave none
 */
public record ExternalChange(UUID id, Instant at, UUID tenantId, UUID knowledgeBaseId, UUID documentId, String command,
    @Nullable ErrorCode refused, String requestId) {}
