package io.selfrag.catalog.index;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What must go from the vector store and PostgreSQL (S13).
 *
 * @param knowledgeBaseId null: the whole tenant
 * @param documentId null: the whole knowledge base
 * @param generation null: every generation
 * @param limit which versions
 */
public record Purge(UUID tenantId, @Nullable UUID knowledgeBaseId, @Nullable UUID documentId,
    @Nullable Integer generation,
    Limit limit) {

  public Purge {
    if ((documentId == null) != (limit instanceof Limit.All)) {
      throw new IllegalArgumentException("of a document some versions go, of anything larger all");
    }
  }

  /** Which versions of the document are meant. */
  public sealed interface Limit {
    /** The revision of the bound; 0 if there is none. */
    long revision();

    /** The attempt of the bound; 0 if there is none. */
    int attempt();

    /** Every version. */
    record All() implements Limit {
      @Override
      public long revision() {
        return 0;
      }

      @Override
      public int attempt() {
        return 0;
      }
    }

    /** Versions below (revision, attempt). */
    record Below(long revision, int attempt) implements Limit {}

    /** Exactly one version. */
    record Only(long revision, int attempt) implements Limit {}
  }

  /** Everything older than a version, in its generation. */
  static Purge below(Version version) {
    return new Purge(version.tenantId(), version.knowledgeBaseId(), version.documentId(), version.generation(),
        new Limit.Below(version.revision(), version.attempt()));
  }

  /** Exactly a version. */
  static Purge only(Version version) {
    return new Purge(version.tenantId(), version.knowledgeBaseId(), version.documentId(), version.generation(),
        new Limit.Only(version.revision(), version.attempt()));
  }
}
