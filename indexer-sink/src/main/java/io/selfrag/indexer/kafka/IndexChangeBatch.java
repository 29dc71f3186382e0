package io.selfrag.indexer.kafka;

import io.selfrag.catalog.index.FenceView;
import io.selfrag.catalog.index.IndexChange;
import io.selfrag.catalog.index.Verdict;
import io.selfrag.catalog.index.Version;
import io.selfrag.indexer.index.ApplyChanges;
import io.selfrag.indexer.index.DocumentAge;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.avro.DocumentDeleted;
import io.selfrag.schemas.avro.DocumentInterrupted;
import io.selfrag.schemas.avro.DocumentPatched;
import io.selfrag.schemas.avro.EmbeddedChunk;
import io.selfrag.service.kafka.BatchHandler;
import io.selfrag.service.kafka.DeadLetterPublisher;
import io.selfrag.service.kafka.FailureEvents;
import io.selfrag.service.kafka.FailureEvents.Subject;
import io.selfrag.service.lanes.LanePriority;
import io.selfrag.service.kafka.BatchSpans;
import io.selfrag.service.trace.Spans;
import io.selfrag.service.trace.TraceContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A batch of embedded chunks of one lane: bad records are given up alone, the others are applied when it is the lane's turn. For
 * one consumer.
 */
public final class IndexChangeBatch implements BatchHandler<Decoded> {
  private static final Logger log = LoggerFactory.getLogger(IndexChangeBatch.class);
  private static final String STAGE = "index";

  private final Lane lane;
  private final ApplyChanges apply;
  private final LanePriority turns;
  private final ProjectionProgress projection;
  private final DeadLetterPublisher deadLetters;
  private final FailureEvents failures;
  private final DocumentAge age;
  private final Spans spans;

  /** Where the timeline ended when a record's document was missing for the first time. */
  private final Map<Place, ProjectionProgress.Horizon> missing = new HashMap<>();
  /** Records of the batch at work that are given up already, however often it is done again. */
  private final Set<Place> givenUp = new HashSet<>();

  private record Change(ConsumerRecord<byte[], Decoded> record, IndexChange change) {}

  private record Refused(ConsumerRecord<byte[], Decoded> record, SelfRagException cause) {}

  private record Place(String topic, int partition, long offset) {
    static Place of(ConsumerRecord<?, ?> record) {
      return new Place(record.topic(), record.partition(), record.offset());
    }
  }

  public IndexChangeBatch(Lane lane, ApplyChanges apply, LanePriority turns, GroupProgress projection,
      DeadLetterPublisher deadLetters, FailureEvents failures, DocumentAge age, Spans spans) {
    this.lane = lane;
    this.apply = apply;
    this.turns = turns;
    this.projection = projection;
    this.deadLetters = deadLetters;
    this.failures = failures;
    this.age = age;
    this.spans = spans;
  }

  @Override
  public void handle(List<ConsumerRecord<byte[], Decoded>> batch) throws InterruptedException {
    var refused = new ArrayList<Refused>();
    var changes = new ArrayList<Change>();
    for (var record : batch) {
      try {
        changes.add(new Change(record, IndexChangeReader.read(record)));
      } catch (SelfRagException e) {
        refused.add(new Refused(record, e));
      }
    }
    if (!changes.isEmpty()) {
      try (var traced = BatchSpans.begin(spans, STAGE, changes.stream().map(Change::record).toList());
          var _ = turns.take(lane)) {
        try {
          apply(changes, refused);
        } catch (SelfRagException e) {
          traced.failed(e.code().name());
          throw e;
        }
      }
    }
    // Last, so that an outage in between does not give the same records up again and again.
    for (Refused it : refused) {
      if (!givenUp.contains(Place.of(it.record))) {
        giveUp(it.record, it.cause, 1);
        givenUp.add(Place.of(it.record));
      }
    }
    givenUp.clear();
    missing.clear();
  }

  private void apply(List<Change> changes, List<Refused> refused) throws InterruptedException {
    var fences = apply.fences(changes.stream().map(Change::change).toList());
    var known = new ArrayList<IndexChange>();
    var unknown = new ArrayList<Change>();
    for (Change it : changes) {
      if (isForeign(it.change, fences)) {
        refused.add(new Refused(it.record, new SelfRagException(ErrorCode.DOCUMENT_ID_CONFLICT,
            "the document id belongs to another tenant or knowledge base")));
      } else if (isUnknown(it.change, fences)) {
        unknown.add(it);
      } else {
        known.add(it.change);
      }
    }
    if (!known.isEmpty()) {
      age.indexed(lane, apply.apply(known));
    }
    if (!unknown.isEmpty()) {
      resolve(unknown, refused);
    }
  }

  /** An external document's row is made by the projection, which may be behind: wait for it, but not for ever. */
  private void resolve(List<Change> unknown, List<Refused> refused) throws InterruptedException {
    var now = projection.horizon();
    for (var horizon : unknown.stream().map(it -> missing.computeIfAbsent(Place.of(it.record), _ -> now)).distinct()
        .toList()) {
      if (!horizon.isPassed()) {
        throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "documents are not introduced yet");
      }
    }
    var fences = apply.fences(unknown.stream().map(Change::change).toList());
    var known = new ArrayList<IndexChange>();
    for (Change it : unknown) {
      if (!isUnknown(it.change, fences)) {
        known.add(it.change);
      } else if (it.change instanceof IndexChange.Chunk) {
        refused.add(new Refused(it.record,
            new SelfRagException(ErrorCode.DOC_NOT_FOUND, "the document was never introduced")));
      }
    }
    if (!known.isEmpty()) {
      age.indexed(lane, apply.apply(known));
    }
  }

  private static boolean isUnknown(IndexChange change, FenceView fences) {
    return fences.verdict(version(change)) == Verdict.UNKNOWN_DOCUMENT;
  }

  private static boolean isForeign(IndexChange change, FenceView fences) {
    return fences.verdict(version(change)) == Verdict.FOREIGN;
  }

  private static Version version(IndexChange change) {
    return change instanceof IndexChange.Chunk chunk
        ? chunk.row().version()
        : new Version(change.tenantId(), change.knowledgeBaseId(), change.documentId(), 1, change.revision(),
            change.attempt());
  }

  @Override
  public void giveUp(ConsumerRecord<byte[], Decoded> record, SelfRagException cause, int attempts) {
    deadLetters.publish(record, STAGE, cause.code(), cause.detail(), cause, attempts);
    subject(record).ifPresent(it -> failures.publish(it, STAGE, cause.code(), cause.detail(),
        TraceContext.of(record.headers())));
    TraceContext.of(record.headers()).on(log.atWarn()).addKeyValue("topic", record.topic())
        .addKeyValue("partition", record.partition())
        .addKeyValue("offset", record.offset()).addKeyValue("code", cause.code().name()).log("record dead-lettered");
  }

  private static Optional<Subject> subject(ConsumerRecord<byte[], Decoded> record) {
    return switch (record.value()) {
      case Decoded.Value(EmbeddedChunk it) -> Optional.of(new Subject(it.getTenantId(), it.getKnowledgeBaseId(),
          it.getDocumentId(), it.getRevision(), it.getAttempt(), it.getJobId(), it.getGeneration()));
      case Decoded.Value(DocumentDeleted it) -> Optional.of(new Subject(it.getTenantId(), it.getKnowledgeBaseId(),
          it.getDocumentId(), it.getRevision(), it.getAttempt(), null, null));
      case Decoded.Value(DocumentInterrupted it) -> Optional.of(new Subject(it.getTenantId(), it.getKnowledgeBaseId(),
          it.getDocumentId(), it.getRevision(), it.getAttempt(), null, null));
      case Decoded.Value(DocumentPatched it) -> Optional.of(new Subject(it.getTenantId(), it.getKnowledgeBaseId(),
          it.getDocumentId(), it.getRevision(), 0, null, null));
      case Decoded.Value _,Decoded.Undecodable _ -> Optional.empty();
    };
  }
}
