package io.selfrag.service.kafka;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.Failure;
import io.selfrag.schemas.avro.Stage;
import io.selfrag.service.trace.TraceContext;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Says on the timeline that a document version failed for good, beside the dead letter. */
public final class FailureEvents {
  private final Producer<String, SpecificRecord> producer;
  private final String topic;
  private final InstantSource clock;

  /**
   * @param producer not closed by this
   */
  public FailureEvents(Producer<String, SpecificRecord> producer, TopicNames topics, InstantSource clock) {
    this.producer = producer;
    this.topic = topics.of(PipelineTopic.DOCUMENT_EVENTS);
    this.clock = clock;
  }

  /** Which version failed. */
  public record Subject(UUID tenantId, UUID knowledgeBaseId, UUID documentId, long revision, int attempt,
      @Nullable UUID jobId, @Nullable Integer generation) {}

  /**
   * Publishes the event and waits for the acknowledgement.
   *
   * @param message for a person; no secret, no document text
   * @throws SelfRagException {@code BROKER_UNAVAILABLE}
   */
  public void publish(Subject subject, String stage, ErrorCode code, String message, TraceContext trace) {
    var event = DocumentEvent.newBuilder().setTenantId(subject.tenantId)
        .setKnowledgeBaseId(subject.knowledgeBaseId).setDocumentId(subject.documentId).setRevision(subject.revision)
        .setAttempt(subject.attempt).setJobId(subject.jobId).setGeneration(subject.generation).setStage(Stage.FAILED)
        .setAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
        .setError(Failure.newBuilder().setStage(stage).setCode(code.name()).setMessage(message).build()).build();
    var record = new ProducerRecord<String, SpecificRecord>(topic, subject.documentId.toString(), event);
    trace.writeTo(record.headers());
    try {
      producer.send(record).get(KafkaClients.DELIVERY_TIMEOUT_MS * 2L, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "an event could not be written", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "interrupted while an event was written", e);
    }
  }
}
