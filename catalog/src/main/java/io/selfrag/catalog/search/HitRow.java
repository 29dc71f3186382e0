package io.selfrag.catalog.search;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL knows of a hit.
 *
 * @param state whether it is shown
 * @param content present iff {@code state} is {@code LIVE}
 */
public record HitRow(UUID chunkId, UUID documentId, State state, @Nullable Content content) {
  /** Whether a hit is shown and why not. */
  public enum State {
    LIVE,
    /** An older version of the document than the live one, or one whose rows are gone. */
    SUPERSEDED,
    /** A newer version than the live one: it is still being written. */
    NOT_YET,
    /** Nothing of the document is live. */
    NOT_LIVE,
    /** The document's ACL forbids it. */
    FORBIDDEN
  }

  /** @param metadata a JSON object */
  public record Content(UUID knowledgeBaseId, int ordinal, String text, String title, String metadata,
      @Nullable Integer pageFrom, @Nullable Integer pageTo, List<String> headingPath, int charStart, int charEnd,
      int version, List<Neighbour> before, List<Neighbour> after) {
    public Content {
      headingPath = List.copyOf(headingPath);
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }

  /** A chunk next to the hit, in the document's order. */
  public record Neighbour(UUID chunkId, String text, int charStart, int charEnd, @Nullable Integer pageFrom,
      @Nullable Integer pageTo) {}
}
