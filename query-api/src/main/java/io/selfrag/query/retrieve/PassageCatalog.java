package io.selfrag.query.retrieve;

import io.selfrag.vectorstore.PointFilter.Viewer;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What retrieval asks of PostgreSQL. Blocking; a database that is away is {@code STORE_UNAVAILABLE}. */
public interface PassageCatalog {
  /** The tenant's knowledge bases among the given ids; those it does not have are missing from the answer. */
  List<SearchTarget> targets(UUID tenantId, Collection<UUID> knowledgeBaseIds);

  /**
   * Judges every hit in one snapshot: all passages of the answer belong to versions that were live at one instant.
   *
   * @param window neighbours on either side, 0 to 5
   * @param viewer whose rights apply; {@code null} reads everything of the tenant
   */
  List<Hydration> hydrate(UUID tenantId, List<Candidate> hits, int window, @Nullable Viewer viewer);
}
