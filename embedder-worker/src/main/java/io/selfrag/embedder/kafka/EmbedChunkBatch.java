package io.selfrag.embedder.kafka;

import io.selfrag.embedder.embed.EmbedChunks;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.Chunk;
import io.selfrag.schemas.avro.EmbeddedChunk;
import io.selfrag.service.kafka.BatchHandler;
import io.selfrag.service.kafka.DeadLetterPublisher;
import io.selfrag.service.kafka.FailureEvents;
import io.selfrag.service.kafka.KafkaClients;
import io.selfrag.service.kafka.PartlyDoneException;
import io.selfrag.service.kafka.BatchSpans;
import io.selfrag.service.trace.Spans;
import io.selfrag.service.trace.TraceContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Embeds a batch of one lane. A chunk goes out as soon as its piece is done; the batch ends when the broker has all of them.
 * Remembers, until its batch ends, what went out, so that a repetition costs no second embedding. For one consumer.
 */
public final class EmbedChunkBatch implements BatchHandler<Decoded> {
  private static final Logger log = LoggerFactory.getLogger(EmbedChunkBatch.class);
  private static final String STAGE = "embed";

  private final Lane lane;
  private final EmbedChunks embedChunks;
  private final Producer<String, SpecificRecord> producer;
  private final DeadLetterPublisher deadLetters;
  private final FailureEvents failures;
  private final String embedded;
  private final Spans spans;
  /** What is embedded or given up, of batches that have not ended. */
  private final Set<Place> ended = new HashSet<>();

  private record Place(String topic, int partition, long offset) {
    static Place of(ConsumerRecord<?, ?> record) {
      return new Place(record.topic(), record.partition(), record.offset());
    }
  }

  private record Sent(Place place, Future<RecordMetadata> ack) {}

  private record Refused(ConsumerRecord<byte[], Decoded> record, SelfRagException cause) {}

  public EmbedChunkBatch(Lane lane, EmbedChunks embedChunks, Producer<String, SpecificRecord> producer,
      DeadLetterPublisher deadLetters, TopicNames topics, FailureEvents failures, Spans spans) {
    this.lane = lane;
    this.spans = spans;
    this.embedChunks = embedChunks;
    this.producer = producer;
    this.deadLetters = deadLetters;
    this.failures = failures;
    this.embedded = topics.of(PipelineTopic.EMBEDDED_CHUNKS, lane);
  }

  @Override
  public void handle(List<ConsumerRecord<byte[], Decoded>> batch) throws InterruptedException {
    var records = new ArrayList<ConsumerRecord<byte[], Decoded>>();
    var chunks = new ArrayList<Chunk>();
    var refused = new ConcurrentLinkedQueue<Refused>();
    for (var record : batch) {
      if (ended.contains(Place.of(record))) {
        continue;
      }
      switch (record.value()) {
        case Decoded.Undecodable it -> refused
            .add(new Refused(record, new SelfRagException(ErrorCode.UNDECODABLE, it.reason())));
        case Decoded.Value(Chunk chunk) -> {
          records.add(record);
          chunks.add(chunk);
        }
        case Decoded.Value it -> refused.add(new Refused(record, new SelfRagException(ErrorCode.UNDECODABLE,
            "a " + it.message().getSchema().getName() + " is no chunk")));
      }
    }
    embed(records, chunks, refused);
    report(records, chunks, refused);
    for (var it : refused) {
      giveUp(it.record, it.cause, 1);
      ended.add(Place.of(it.record));
    }
    batch.forEach(it -> ended.remove(Place.of(it)));
  }

  /** A line for each document of the batch; what is refused has one of its own. */
  private void report(List<ConsumerRecord<byte[], Decoded>> records, List<Chunk> chunks, Collection<Refused> refused) {
    var left = refused.stream().map(it -> Place.of(it.record)).collect(Collectors.toSet());
    var counts = new HashMap<UUID, Integer>();
    for (int i = 0; i < chunks.size(); i++) {
      if (!left.contains(Place.of(records.get(i)))) {
        counts.merge(chunks.get(i).getDocumentId(), 1, Integer::sum);
      }
    }
    for (int i = 0; i < chunks.size(); i++) {
      var chunk = chunks.get(i);
      Integer count = counts.remove(chunk.getDocumentId());
      if (count != null) {
        TraceContext.of(records.get(i).headers()).on(log.atInfo()).addKeyValue("tenant_id", chunk.getTenantId())
            .addKeyValue("knowledge_base_id", chunk.getKnowledgeBaseId())
            .addKeyValue("document_id", chunk.getDocumentId()).addKeyValue("revision", chunk.getRevision())
            .addKeyValue("chunks", count).addKeyValue("lane", lane.wireName()).log("chunks embedded");
      }
    }
  }

  private void embed(List<ConsumerRecord<byte[], Decoded>> records, List<Chunk> chunks, Queue<Refused> refused)
      throws InterruptedException {
    var acks = new ConcurrentLinkedQueue<Sent>();
    @Nullable
    SelfRagException failure;
    try (var traced = BatchSpans.begin(spans, STAGE, records)) {
      failure = embed(records, chunks, refused, acks, traced);
      if (failure != null) {
        traced.failed(failure.code().name());
      }
    }
    // Whatever else failed: what went out need not go out again.
    int before = ended.size();
    failure = await(acks, failure);
    if (failure != null) {
      throw failure.isTransient() && ended.size() > before ? new PartlyDoneException(failure) : failure;
    }
  }

  private @Nullable SelfRagException embed(List<ConsumerRecord<byte[], Decoded>> records, List<Chunk> chunks,
      Queue<Refused> refused, Queue<Sent> acks, BatchSpans traced) throws InterruptedException {
    try {
      embedChunks.embed(lane, chunks, new EmbedChunks.Results() {
        @Override
        public void embedded(int position, float[] vector) {
          var record = records.get(position);
          acks.add(new Sent(Place.of(record),
              send(chunks.get(position), vector, traced.of(record.headers()))));
        }

        @Override
        public void refused(int position, SelfRagException cause) {
          refused.add(new Refused(records.get(position), cause));
        }
      });
      return null;
    } catch (SelfRagException e) {
      return e;
    }
  }

  @Override
  public void giveUp(ConsumerRecord<byte[], Decoded> record, SelfRagException cause, int attempts) {
    deadLetters.publish(record, STAGE, cause.code(), cause.detail(), cause, attempts);
    if (record.value() instanceof Decoded.Value(Chunk chunk)) {
      failures.publish(
          new FailureEvents.Subject(chunk.getTenantId(), chunk.getKnowledgeBaseId(), chunk.getDocumentId(),
              chunk.getRevision(), chunk.getAttempt(), chunk.getJobId(), chunk.getGeneration()),
          STAGE, cause.code(), "chunk " + chunk.getOrdinal() + ": " + cause.detail(),
          TraceContext.of(record.headers()));
      TraceContext.of(record.headers()).on(log.atWarn()).addKeyValue("tenant_id", chunk.getTenantId())
          .addKeyValue("knowledge_base_id", chunk.getKnowledgeBaseId())
          .addKeyValue("document_id", chunk.getDocumentId()).addKeyValue("code", cause.code().name())
          .log("chunk dead-lettered");
    } else {
      TraceContext.of(record.headers()).on(log.atWarn()).addKeyValue("topic", record.topic())
          .addKeyValue("partition", record.partition())
          .addKeyValue("offset", record.offset()).addKeyValue("code", cause.code().name())
          .log("record dead-lettered");
    }
  }

  private Future<RecordMetadata> send(Chunk chunk, float[] vector, TraceContext trace) {
    var message = EmbeddedChunk.newBuilder().setTenantId(chunk.getTenantId())
        .setKnowledgeBaseId(chunk.getKnowledgeBaseId()).setDocumentId(chunk.getDocumentId())
        .setGeneration(chunk.getGeneration()).setRevision(chunk.getRevision()).setAttempt(chunk.getAttempt())
        .setChunkId(chunk.getChunkId()).setOrdinal(chunk.getOrdinal()).setChunkCount(chunk.getChunkCount())
        .setModel(chunk.getModel()).setJobId(chunk.getJobId()).setChunk(chunk.getChunk())
        .setVector(VectorBytes.of(vector)).build();
    var record = new ProducerRecord<String, SpecificRecord>(embedded, chunk.getDocumentId().toString(), message);
    trace.writeTo(record.headers());
    try {
      return producer.send(record);
    } catch (KafkaException e) {
      throw new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "the broker does not take records", e);
    }
  }

  /** Waits for all; the first failure, if any. */
  private @Nullable SelfRagException await(Iterable<Sent> acks, @Nullable SelfRagException before) {
    var failure = before;
    for (var it : acks) {
      try {
        await(it.ack);
        ended.add(it.place);
      } catch (SelfRagException e) {
        failure = failure == null ? e : failure;
      }
    }
    return failure;
  }

  private static void await(Future<RecordMetadata> ack) {
    try {
      ack.get(KafkaClients.DELIVERY_TIMEOUT_MS * 2L, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "the broker did not take a record", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "interrupted while records were sent", e);
    }
  }
}
