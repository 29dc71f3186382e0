package io.selfrag.catalog.index;

import io.selfrag.catalog.outbox.OutboxRecord;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.Failure;
import io.selfrag.schemas.avro.Stage;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds the events that are relayed from the transaction they belong to. */
final class IndexEvents {
  private final String topic;
  private final AvroCodec codec;
  private final InstantSource clock;

  IndexEvents(TopicNames topics, AvroCodec codec, InstantSource clock) {
    this.topic = topics.of(PipelineTopic.DOCUMENT_EVENTS);
    this.codec = codec;
    this.clock = clock;
  }

  OutboxRecord ofVersion(Version version, Stage stage, @Nullable Integer chunkCount, Map<String, String> headers) {
    var event = event(version.tenantId(), version.knowledgeBaseId(), version.documentId(), version.revision(),
        version.attempt(), stage);
    return record(event.setGeneration(version.generation()).setChunkCount(chunkCount).build(), headers);
  }

  /** A version that has no chunk cannot become live (S12). */
  OutboxRecord emptyDocument(Version version) {
    var event = event(version.tenantId(), version.knowledgeBaseId(), version.documentId(), version.revision(),
        version.attempt(), Stage.FAILED).setGeneration(version.generation()).setChunkCount(0)
        .setError(new Failure("index", ErrorCode.EMPTY_DOCUMENT.name(), "the document has no text to be found by"));
    return record(event.build(), Map.of());
  }

  OutboxRecord failed(Version version, Failure failure) {
    var event = event(version.tenantId(), version.knowledgeBaseId(), version.documentId(), version.revision(),
        version.attempt(), Stage.FAILED).setGeneration(version.generation()).setError(failure);
    return record(event.build(), Map.of());
  }

  OutboxRecord ofRevision(UUID tenantId, UUID knowledgeBaseId, UUID documentId, long revision, int attempt, Stage stage,
      Map<String, String> headers) {
    return record(event(tenantId, knowledgeBaseId, documentId, revision, attempt, stage).build(), headers);
  }

  private DocumentEvent.Builder event(UUID tenantId, UUID knowledgeBaseId, UUID documentId, long revision, int attempt,
      Stage stage) {
    return DocumentEvent.newBuilder().setTenantId(tenantId).setKnowledgeBaseId(knowledgeBaseId)
        .setDocumentId(documentId)
        .setRevision(revision).setAttempt(attempt).setStage(stage)
        .setAt(clock.instant().truncatedTo(ChronoUnit.MILLIS));
  }

  private OutboxRecord record(DocumentEvent event, Map<String, String> headers) {
    return new OutboxRecord(topic, event.getDocumentId().toString(), codec.encode(event), headers);
  }
}
