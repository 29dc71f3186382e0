package io.selfrag.ingest.http;

import io.selfrag.catalog.intake.DocumentView;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A document as its readers see it. */
record DocumentBody(UUID id, String title, UUID knowledgeBaseId, JsonNode metadata, @Nullable String source,
    @Nullable String externalId, int version, int chunkCount, String processingStatus, @Nullable String stage,
    @Nullable ErrorBody error, @Nullable String processingLog, String sensitivityLevel, List<String> aclUsers,
    List<String> aclRoles, List<String> aclGroups, long sizeBytes, Instant createdAt, Instant updatedAt) {

  static DocumentBody of(JsonMapper json, DocumentView it) {
    return new DocumentBody(it.id(), it.title(), it.knowledgeBaseId(), json.readTree(it.metadata()), it.source(),
        it.externalId(), it.version(), it.chunkCount(), it.processingStatus(), it.stage(),
        ErrorBody.of(it.errorStage(), it.errorCode(), it.errorMessage()), it.processingLog(), it.sensitivityLevel(),
        it.aclUsers(), it.aclRoles(), it.aclGroups(), it.sizeBytes(), it.createdAt(), it.updatedAt());
  }
}
