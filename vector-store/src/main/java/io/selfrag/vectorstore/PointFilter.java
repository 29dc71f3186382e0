package io.selfrag.vectorstore;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which points a search may return. All parts must hold. The tenant is not optional: there is no search across tenants.
 *
 * @param tenantId always applied inside the index
 * @param scopes knowledge bases with the generation that is live in each; at least one
 * @param documentIds if non-empty, only these documents
 * @param metadata conditions on metadata, all must hold
 * @param viewer whose rights apply; {@code null} for a caller who may read every document (admin role)
 */
public record PointFilter(UUID tenantId, List<Scope> scopes, List<UUID> documentIds, List<MetadataCondition> metadata,
    @Nullable Viewer viewer) {
  public PointFilter {
    scopes = List.copyOf(scopes);
    documentIds = List.copyOf(documentIds);
    metadata = List.copyOf(metadata);
    if (scopes.isEmpty()) {
      throw new IllegalArgumentException("a search names at least one knowledge base");
    }
  }

  /** A knowledge base and the index generation that queries of it see. */
  public record Scope(UUID knowledgeBaseId, int generation) {}

  /**
   * A caller's identity for document ACLs. A document is readable iff its sensitivity is within {@code clearance}
   * ({@code public} &lt; {@code internal} &lt; {@code restricted}) and, where it lists any user, role or group, the viewer matches at
   * least one of them.
   */
  public record Viewer(@Nullable String userId, List<String> roles, List<String> groups, String clearance) {
    public Viewer {
      roles = List.copyOf(roles);
      groups = List.copyOf(groups);
    }
  }
}
