package io.selfrag.catalog.index;

import org.jspecify.annotations.Nullable;

/** What is done with a chunk, decided from rows alone: once before the vector store is written, once under the locks. */
public enum Verdict {
  /** Write it. */
  ADMIT,
  /** Its version is live already: nothing to do. */
  ALREADY_LIVE,
  /** A newer version is live. */
  SUPERSEDED,
  /** The document was deleted at a later revision. */
  DELETED,
  /** The version was interrupted. */
  INTERRUPTED,
  /** The version ended in the ledger: failed, superseded, or retried under a higher attempt. */
  ENDED,
  /** The knowledge base or its tenant is unknown or going away. */
  KNOWLEDGE_BASE_GONE,
  /** Its generation is written no longer: another took its place. */
  GENERATION_CLOSED,
  /** The id is another tenant's or knowledge base's document. */
  FOREIGN,
  /** No row yet: the projection has still to introduce an external document. */
  UNKNOWN_DOCUMENT;

  /** True for work that is late, whose traces must be purged (S13). */
  public boolean isLate() {
    return switch (this) {
      case ADMIT, ALREADY_LIVE, FOREIGN, UNKNOWN_DOCUMENT -> false;
      case SUPERSEDED, DELETED, INTERRUPTED, ENDED, KNOWLEDGE_BASE_GONE, GENERATION_CLOSED -> true;
    };
  }

  /** Decides about a version; an absent fence stands for a row that does not exist. */
  public static Verdict of(Version version, @Nullable KnowledgeBaseFence knowledgeBase,
      @Nullable DocumentFence document,
      @Nullable RevisionFence revision) {
    if (knowledgeBase == null || !knowledgeBase.tenantId().equals(version.tenantId()) || !knowledgeBase.isOpen()) {
      return KNOWLEDGE_BASE_GONE;
    }
    if (document == null) {
      return UNKNOWN_DOCUMENT;
    }
    if (!document.belongsTo(version)) {
      return FOREIGN;
    }
    if (knowledgeBase.closedGenerations().contains(version.generation())) {
      return GENERATION_CLOSED;
    }
    if (version.revision() <= document.deletedRevision()) {
      return DELETED;
    }
    Live live = document.live().get(version.generation());
    int againstLive = live == null ? 1 : version.compareTo(live.revision(), live.attempt());
    if (againstLive <= 0) {
      return againstLive == 0 ? ALREADY_LIVE : SUPERSEDED;
    }
    boolean shown = isShown(version, document.live().get(knowledgeBase.liveGeneration()));
    if (!shown && version.compareTo(document.interruptedRevision(), document.interruptedAttempt()) <= 0) {
      return INTERRUPTED;
    }
    boolean endsTheRevision = version.generation() == knowledgeBase.liveGeneration();
    return endsTheRevision && revision != null && revision.hasGivenUp(version.attempt()) ? ENDED : ADMIT;
  }

  /** What queries see was not interrupted: it is wanted in every generation. */
  private static boolean isShown(Version version, @Nullable Live seen) {
    return seen != null && version.compareTo(seen.revision(), seen.attempt()) == 0;
  }
}
