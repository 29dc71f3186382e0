package io.selfrag.query.retrieve;

import java.util.UUID;

/** What PostgreSQL says of a hit. */
public sealed interface Hydration {
  UUID chunkId();

  /** It is live and readable. */
  record Live(Passage passage) implements Hydration {
    @Override
    public UUID chunkId() {
      return passage.chunkId();
    }
  }

  /** It is not shown, and why. */
  record Dropped(UUID chunkId, UUID documentId, Reason reason) implements Hydration {}

  /** Why a hit is not shown. */
  enum Reason {
    /** Another version of the document is live by now: the search is repeated for that document. */
    SUPERSEDED,
    /** It belongs to a version that is still being written, while another is live and was there to be found. */
    NOT_YET,
    /** The document was deleted, never flipped, or its knowledge base is gone. */
    NOT_LIVE,
    /** The document's ACL forbids it to the caller. */
    FORBIDDEN
  }
}
