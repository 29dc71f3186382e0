package io.selfrag.query.retrieve;

import java.util.Locale;
import java.util.UUID;

/**
 * Whether a document is among the results, and if not, why.
 *
 * @param detail for a person
 */
public record Presence(UUID documentId, Reason reason, String detail) {
  /** Why a document is not among the results, or that it is. */
  public enum Reason {
    AMONG_RESULTS,
    /** There is no such document in these knowledge bases, or none that the caller may know of. */
    NOT_FOUND,
    /** It was deleted. */
    DELETED,
    /** No version of it is live: it is being processed, or failed. */
    NOT_INDEXED,
    /** It is being replaced at this moment. */
    SUPERSEDED,
    /** The metadata filter, or the restriction to documents, excludes it. */
    FILTERED_OUT,
    /** Nothing of it is among the best candidates of any leg. */
    NOT_A_CANDIDATE,
    /** Its best passage scores too low. */
    BELOW_THRESHOLD,
    /** Others are better. */
    BELOW_TOP_K;

    /** As it is written in answers. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
