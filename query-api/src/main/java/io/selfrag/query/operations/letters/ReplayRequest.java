package io.selfrag.query.operations.letters;

import io.selfrag.catalog.deadletters.DeadLetterFilter;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which letters to replay, and how.
 *
 * @param again also those that were replayed before
 * @param after only those behind this one, in the order in which they are replayed
 * @param rate at most so many in a second; null for as fast as it goes
 * @param follow how long to look at what becomes of them
 * @param dryRun only says what would be done
 */
public record ReplayRequest(DeadLetterFilter filter, boolean again, int limit, @Nullable UUID after,
    @Nullable Integer rate, Duration follow, boolean dryRun) {}
