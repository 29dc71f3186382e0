package io.selfrag.catalog.intake;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A document as its readers see it.
 *
 * @param metadata a JSON object
 * @param version as users count, 0 before anything was searchable
 * @param chunkCount of what is searchable now
 * @param processingLog one line for each step of its timeline
 */
public record DocumentView(UUID id, UUID knowledgeBaseId, String title, String metadata, @Nullable String source,
    @Nullable String externalId, int version, int chunkCount, String processingStatus, @Nullable String stage,
    @Nullable String errorStage, @Nullable String errorCode, @Nullable String errorMessage,
    @Nullable String processingLog, String sensitivityLevel, List<String> aclUsers, List<String> aclRoles,
    List<String> aclGroups, long sizeBytes, Instant createdAt, Instant updatedAt) {
  public DocumentView {
    aclUsers = List.copyOf(aclUsers);
    aclRoles = List.copyOf(aclRoles);
    aclGroups = List.copyOf(aclGroups);
  }
}
