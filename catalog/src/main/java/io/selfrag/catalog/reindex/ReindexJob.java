package io.selfrag.catalog.reindex;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The way of a knowledge base from one generation to another.
 *
 * @param fromConfig JSON of the parts of the knowledge base's config that go with the old generation
 * @param toConfig those that go with the new one
 * @param figures how far the generation is that queries are to see
 * @param keepUntil until when the old generation is kept for a rollback, once queries see the new one
 * @param withheldUntil until when flips are withheld, if they are
 * @param closed whether the generation that nobody needs is closed already
 */
public record ReindexJob(UUID id, UUID tenantId, UUID knowledgeBaseId, int fromGeneration, int toGeneration,
    String fromConfig, String toConfig, State state, Figures figures, @Nullable Instant keepUntil,
    @Nullable Instant withheldUntil, boolean closed, String requestedBy, Instant createdAt, Instant updatedAt,
    @Nullable Instant switchedAt, @Nullable Instant finishedAt) {

  /** How far it is. */
  public enum State {
    /** Queries see the old generation; the new one is filled. */
    FILLING,
    /** Queries see the new generation; the old one is kept whole. */
    SWITCHED,
    /** On the way back; queries see the new generation until the old one is found whole. */
    REVERTING,
    /** The old generation is purged. */
    COMPLETING,
    /** Queries see the old generation again; the new one is purged. */
    ROLLING_BACK,
    /** Queries never saw the new generation; it is purged. */
    CANCELLING,
    DONE,
    ROLLED_BACK,
    CANCELLED;

    /** As it is written in rows and answers. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String wireName) {
      return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
  }

  /**
   * Of the documents that queries see.
   *
   * @param ready those that the other generation has as well, as new or newer
   * @param failed those that failed there and must be deleted or uploaded anew first
   * @param missing the first hundred that it lacks, once only few are left
   */
  public record Figures(long documents, long ready, long failed, List<Missing> missing) {
    public Figures {
      missing = List.copyOf(missing);
    }
  }

  /**
   * A document that the other generation lacks.
   *
   * @param stage where it failed there; {@code null} with the two that follow if it is still on its way
   */
  public record Missing(UUID documentId, String title, @Nullable String stage, @Nullable String code,
      @Nullable String message) {}

  /** The generation that queries see while the job is in this state. */
  public int liveGeneration() {
    return switch (state) {
      case FILLING, CANCELLING, CANCELLED, ROLLING_BACK, ROLLED_BACK -> fromGeneration;
      case SWITCHED, REVERTING, COMPLETING, DONE -> toGeneration;
    };
  }

  /** The other one. */
  public int otherGeneration() {
    return liveGeneration() == fromGeneration ? toGeneration : fromGeneration;
  }
}
