package io.selfrag.ingest.http;

import io.selfrag.catalog.intake.EventView;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A step of a document's timeline; {@code id} is what {@code Last-Event-ID} takes. */
record EventBody(long id, String stage, Instant at, long revision, int attempt, @Nullable Integer generation,
    @Nullable Integer chunkCount, @Nullable Long equalsRevision, @Nullable ErrorBody error) {

  static EventBody of(EventView it) {
    return new EventBody(it.seq(), it.stage(), it.at(), it.revision(), it.attempt(),
        it.generation() == 0 ? null : it.generation(), it.chunkCount(), it.equalsRevision(),
        ErrorBody.of(it.errorStage(), it.errorCode(), it.errorMessage()));
  }
}
