package io.selfrag.catalog.deadletters;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter with the record as it was.
 *
 * @param headers JSON object of texts, those of the dead letter among them
 */
public record StoredLetter(UUID id, String originalTopic, long originalOffset, byte @Nullable [] key,
    byte @Nullable [] value, String headers, Instant createdAt) {}
