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

  /** Which versions of the document are meant. */
  public sealed interface Limit {
    /** Every version. */
    record All() implements Limit {}

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
