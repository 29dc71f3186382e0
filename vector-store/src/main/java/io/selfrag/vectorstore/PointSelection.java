package io.selfrag.vectorstore;

import java.util.Set;
import java.util.UUID;

/** Which points a delete, count or scroll is about; always inside one tenant. */
public sealed interface PointSelection {
  UUID tenantId();

  /** Everything of a tenant. */
  record OfTenant(UUID tenantId) implements PointSelection {}

  /** Everything of a knowledge base, all generations. */
  record OfKnowledgeBase(UUID tenantId, UUID knowledgeBaseId) implements PointSelection {}

  /** Everything of one generation of a knowledge base. */
  record OfGeneration(UUID tenantId, UUID knowledgeBaseId, int generation) implements PointSelection {}

  /** Every point of a document, all generations and versions. */
  record OfDocument(UUID tenantId, UUID knowledgeBaseId, UUID documentId) implements PointSelection {}

  /** Exactly these points, those of them that are there; up to a thousand, since each is named. */
  record OfPoints(UUID tenantId, Set<UUID> chunkIds) implements PointSelection {
    public OfPoints {
      chunkIds = Set.copyOf(chunkIds);
    }
  }

  /** Points of a document's generation whose (revision, attempt) is below the given one; the purge of S13. */
  record OfOlderVersions(VersionKey below) implements PointSelection {
    @Override
    public UUID tenantId() {
      return below.tenantId();
    }
  }

  /** Points of exactly this version. */
  record OfVersion(VersionKey version) implements PointSelection {
    @Override
    public UUID tenantId() {
      return version.tenantId();
    }
  }
}
