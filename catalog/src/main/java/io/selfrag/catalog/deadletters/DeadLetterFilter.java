package io.selfrag.catalog.deadletters;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which dead letters are meant; what is null does not matter. {@code topic} is the original one. */
public record DeadLetterFilter(@Nullable UUID tenantId, @Nullable String topic, @Nullable String stage,
    @Nullable String code, @Nullable Instant since) {}
