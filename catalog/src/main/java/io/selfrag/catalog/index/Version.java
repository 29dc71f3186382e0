package io.selfrag.catalog.index;

import java.util.Comparator;
import java.util.UUID;

/**
 * A version of a document inside one index generation. Versions of one document are ordered by (revision, attempt).
 *
 * @param revision microseconds, fixed at acceptance
 * @param attempt 0 for the first try, higher for each retry
 */
public record Version(UUID tenantId, UUID knowledgeBaseId, UUID documentId, int generation, long revision,
    int attempt) {
  /** By document, then generation, then age: the order in which versions are flipped. */
  static final Comparator<Version> ORDER = Comparator.comparing((Version it) -> it.documentId)
      .thenComparingInt(Version::generation).thenComparingLong(Version::revision).thenComparingInt(Version::attempt);

  /** Negative if older than the given pair, 0 if the same, positive if newer. */
  public int compareTo(long otherRevision, int otherAttempt) {
    int byRevision = Long.compare(revision, otherRevision);
    return byRevision != 0 ? byRevision : Integer.compare(attempt, otherAttempt);
  }
}
