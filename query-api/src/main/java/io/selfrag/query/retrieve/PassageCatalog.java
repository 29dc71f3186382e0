package io.selfrag.query.retrieve;

import io.selfrag.vectorstore.PointFilter.Viewer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What retrieval asks of PostgreSQL. Blocking; a database that is away or slow is {@code STORE_UNAVAILABLE}. */
public interface PassageCatalog {
  /** The tenant's knowledge bases among the given ids; those it does not have are missing from the answer. */
  List<SearchTarget> targets(UUID tenantId, Collection<UUID> knowledgeBaseIds);

  /**
   * Judges every hit in one snapshot: all passages of the answer belong to versions that were live at one instant.
   *
   * @param knowledgeBaseIds what is of none of these is not live
   * @param window neighbours on either side, 0 to 5
   * @param viewer whose rights apply; {@code null} reads everything of the tenant
   */
  List<Hydration> hydrate(UUID tenantId, Collection<UUID> knowledgeBaseIds, List<Candidate> hits, int window,
      @Nullable Viewer viewer);

  /** Vectors of the tenant's chunks; those that are not kept are missing from the answer. */
  Map<UUID, float[]> vectors(UUID tenantId, Collection<UUID> chunkIds);

  /** How a document of these knowledge bases stands; empty if there is none that the viewer may know of. */
  Optional<Standing> standing(UUID tenantId, Collection<UUID> knowledgeBaseIds, UUID documentId,
      @Nullable Viewer viewer);

  /** Whether these knowledge bases show documents, but none that the viewer may read. */
  boolean nothingReadable(UUID tenantId, Collection<UUID> knowledgeBaseIds, Viewer viewer);

  /**
   * How a document stands.
   *
   * @param live whether a version of it is searchable
   * @param deleted whether it was deleted and nothing came after
   * @param detail of its newest version, for a person
   */
  record Standing(boolean live, boolean deleted, String detail) {}
}
