package io.selfrag.catalog.intake;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A step of a document's timeline.
 *
 * @param seq rises; where a reader may continue
 * @param generation 0 where it is about none
 */
public record EventView(long seq, long revision, int attempt, String stage, int generation, Instant at,
    @Nullable Integer chunkCount, @Nullable Long equalsRevision, @Nullable String errorStage,
    @Nullable String errorCode, @Nullable String errorMessage) {}
