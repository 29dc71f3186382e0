package io.selfrag.catalog.index;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a document's row says about work that arrives for it.
 *
 * @param metadata a JSON object
 * @param deletedRevision the tombstone; 0 if there is none
 * @param live by generation
 */
public record DocumentFence(UUID tenantId, UUID knowledgeBaseId, UUID id, long attributesRevision, String title,
    String sensitivity,
    List<String> aclUsers, List<String> aclRoles, List<String> aclGroups, String metadata, long deletedRevision,
    long interruptedRevision, int interruptedAttempt, Map<Integer, Live> live) {
  public DocumentFence {
    aclUsers = List.copyOf(aclUsers);
    aclRoles = List.copyOf(aclRoles);
    aclGroups = List.copyOf(aclGroups);
    live = Map.copyOf(live);
  }

  boolean belongsTo(Version version) {
    return tenantId.equals(version.tenantId()) && knowledgeBaseId.equals(version.knowledgeBaseId());
  }

  /** True if the index would hold the same copies for both. */
  public boolean hasCopiesOf(DocumentFence other) {
    return title.equals(other.title) && sensitivity.equals(other.sensitivity) && aclUsers.equals(other.aclUsers)
        && aclRoles.equals(other.aclRoles)
        && aclGroups.equals(other.aclGroups) && metadata.equals(other.metadata);
  }

  DocumentFence withDeleted(long revision) {
    return new DocumentFence(tenantId, knowledgeBaseId, id, attributesRevision, title, sensitivity, aclUsers, aclRoles,
        aclGroups, metadata, Math.max(deletedRevision, revision), interruptedRevision, interruptedAttempt, live);
  }

  DocumentFence withInterrupted(long revision, int attempt) {
    boolean higher = revision > interruptedRevision
        || (revision == interruptedRevision && attempt > interruptedAttempt);
    return new DocumentFence(tenantId, knowledgeBaseId, id, attributesRevision, title, sensitivity, aclUsers, aclRoles,
        aclGroups, metadata, deletedRevision, higher ? revision : interruptedRevision,
        higher ? attempt : interruptedAttempt, live);
  }

  DocumentFence withLive(Map<Integer, Live> versions) {
    return new DocumentFence(tenantId, knowledgeBaseId, id, attributesRevision, title, sensitivity, aclUsers, aclRoles,
        aclGroups, metadata, deletedRevision, interruptedRevision, interruptedAttempt, versions);
  }
}
