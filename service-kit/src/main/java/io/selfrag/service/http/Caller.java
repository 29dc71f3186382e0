package io.selfrag.service.http;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who calls a tenant's route. Routes get it as an argument, already authenticated.
 *
 * @param scopeKnowledgeBaseIds the only knowledge bases this key may touch; null: all of the tenant's
 * @param identity null if the key speaks for nobody in particular
 */
public record Caller(UUID tenantId, UUID keyId, Role role, @Nullable Set<UUID> scopeKnowledgeBaseIds,
    @Nullable CallerIdentity identity, @Nullable Integer rateLimitPerMinute) {
  /** Attribute of the exchange under which it stands. */
  public static final String ATTRIBUTE = "selfrag.caller";

  public Caller {
    scopeKnowledgeBaseIds = scopeKnowledgeBaseIds == null ? null : Set.copyOf(scopeKnowledgeBaseIds);
  }

  /**
   * @throws SelfRagException {@code ROLE_NOT_ALLOWED}
   */
  public void requireRole(Role needed) {
    role.require(needed);
  }

  /** Whether a token taken for the other was taken for this. */
  boolean isLimitedAs(Caller other) {
    return keyId.equals(other.keyId) && Objects.equals(rateLimitPerMinute, other.rateLimitPerMinute);
  }

  /** Whether the key's scope holds the knowledge base. */
  public boolean mayTouch(UUID knowledgeBaseId) {
    return scopeKnowledgeBaseIds == null || scopeKnowledgeBaseIds.contains(knowledgeBaseId);
  }

  /**
   * Call after the knowledge base was found inside the tenant: a foreign id must be a 404, not this.
   *
   * @throws SelfRagException {@code KB_NOT_IN_SCOPE}
   */
  public void requireScope(UUID knowledgeBaseId) {
    if (!mayTouch(knowledgeBaseId)) {
      throw new SelfRagException(ErrorCode.KB_NOT_IN_SCOPE, "this key's scope does not hold this knowledge base");
    }
  }
}
