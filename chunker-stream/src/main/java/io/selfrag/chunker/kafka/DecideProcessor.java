package io.selfrag.chunker.kafka;

import io.micrometer.core.instrument.TimeGauge;
import io.selfrag.catalog.lookup.GenerationSpecs;
import io.selfrag.chunker.order.Arrival;
import io.selfrag.chunker.order.Decision;
import io.selfrag.chunker.order.DocumentKey;
import io.selfrag.chunker.order.DocumentOrder;
import io.selfrag.chunker.order.KnowledgeBaseOrder;
import io.selfrag.chunker.order.Output;
import io.selfrag.chunker.order.RevisionedCommand;
import io.selfrag.chunker.order.Timeline;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.AvroDeserializer;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import io.selfrag.schemas.avro.CollectionDeleted;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.DocumentState;
import io.selfrag.schemas.avro.GenerationClosed;
import io.selfrag.schemas.avro.GenerationOpened;
import io.selfrag.schemas.avro.InlineContent;
import io.selfrag.schemas.avro.KnowledgeBaseState;
import io.selfrag.schemas.avro.Upsert;
import io.selfrag.service.kafka.DeadLetterPublisher;
import io.selfrag.service.kafka.RecordKey;
import io.selfrag.service.trace.TraceContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shell around the decisions: reads the stores, decides, and only then writes and forwards. */
final class DecideProcessor implements Processor<byte[], byte[], Object, Object> {
  private static final Logger LOG = LoggerFactory.getLogger(DecideProcessor.class);
  private static final int MAX_INLINE_BYTES = 8 * 1024 * 1024;
  private static final Duration WALK_EVERY = Duration.ofMillis(100);

  private final TopicNames topics;
  private final AvroDeserializer deserializer;
  private final OrderPorts ports;
  private final DeadLetters deadLetters;
  private final RecordSpans spans;
  private final BugFuse fuse = new BugFuse();
  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<Object, Object> context;
  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<byte[], DocumentState> documents;
  @SuppressWarnings("NullAway.Init")
  private KnowledgeBases knowledgeBases;

  private final AtomicLong skewMicros = new AtomicLong();

  DecideProcessor(TopicNames topics, AvroCodec codec, OrderPorts ports) {
    this.topics = topics;
    this.deserializer = new AvroDeserializer(codec);
    this.ports = ports;
    this.deadLetters = new DeadLetters(ports.meters());
    this.spans = new RecordSpans(ports.spans(), Timeline.STAGE);
    TimeGauge.builder("selfrag.clock.skew", skewMicros, TimeUnit.MICROSECONDS, AtomicLong::get)
        .description("broker's append time of the last upload less the database's time of its acceptance")
        .register(ports.meters());
  }

  @Override
  public void init(ProcessorContext<Object, Object> processorContext) {
    context = processorContext;
    documents = context.getStateStore(OrderTopology.DOCUMENTS_STORE);
    knowledgeBases = new KnowledgeBases(context.getStateStore(OrderTopology.GENERATIONS_STORE),
        ports.knowledgeBases());
    var walk = new ListingWalk(documents, knowledgeBases);
    context.schedule(WALK_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> walk.step().forEach(
        it -> forward(new Record<>("", "", now), Lane.BULK, it)));
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    spans.around(record, this::work);
    ports.health().progressed();
  }

  private void work(Record<byte[], byte[]> record) {
    switch (deserializer.deserialize("", record.value())) {
      case Decoded.Value(DocumentCommand command) -> command(record, command);
      case Decoded.Value(var other) -> deadLetters.give(context, record, Timeline.STAGE, ErrorCode.UNDECODABLE,
          other.getClass().getSimpleName() + " is no command", null, 1);
      case Decoded.Undecodable it ->
        deadLetters.give(context, record, Timeline.STAGE, ErrorCode.UNDECODABLE, it.reason(), null, 1);
    }
  }

  private void command(Record<byte[], byte[]> record, DocumentCommand command) {
    var from = context.recordMetadata().orElseThrow();
    Lane lane = topics.laneOf(from.topic());
    var arrival = new Arrival(lane, from.offset(), LaneTimestamps.appendedAt(record.timestamp(), lane));
    skew(command, arrival);
    try {
      switch (command.getCommand()) {
        case GenerationOpened it -> knowledgeBases.put(guarded(
            () -> KnowledgeBaseOrder.opened(knowledgeBase(command), canonical(it))));
        case GenerationClosed it -> knowledgeBases.put(guarded(
            () -> KnowledgeBaseOrder.closed(knowledgeBase(command), it.getGeneration())));
        case CollectionDeleted _ -> knowledgeBases.put(guarded(
            () -> knowledgeBases.delete(command.getTenantId(), command.getKnowledgeBaseId())));
        case Object _ -> document(record, command, arrival);
      }
    } catch (SelfRagException e) {
      if (e.isTransient()) {
        throw e;
      }
      giveUp(record, command, arrival, e);
    }
  }

  /** Revisions come from the database's clock or the broker's: what the two say of the same moment must not part (S1). */
  private void skew(DocumentCommand command, Arrival arrival) {
    Long revision = command.getRevision();
    if (revision != null && command.getAttempt() == 0 && command.getCommand() instanceof Upsert) {
      skewMicros.set(TimeUnit.MILLISECONDS.toMicros(arrival.appendedAt().toEpochMilli()) - revision);
    }
  }

  private void document(Record<byte[], byte[]> record, DocumentCommand command, Arrival arrival) {
    spans.of(command.getTenantId(), command.getDocumentId());
    byte[] key = DocumentKey.of(command).toBytes();
    DocumentState before = documents.get(key);
    Decision decision = guarded(() -> decide(record, before, command, arrival));
    if (decision.state() != null && !Objects.equals(before, decision.state())) {
      documents.put(key, decision.state());
    }
    decision.outputs().forEach(it -> forward(record, arrival.lane(), it));
    report(record, arrival.lane(), decision);
  }

  private static void report(Record<?, ?> record, Lane lane, Decision decision) {
    for (Output output : decision.outputs()) {
      if (output instanceof Output.Event(var event)) {
        TraceContext.of(record.headers()).on(LOG.atInfo()).addKeyValue("tenant_id", event.getTenantId())
            .addKeyValue("knowledge_base_id", event.getKnowledgeBaseId())
            .addKeyValue("document_id", event.getDocumentId()).addKeyValue("revision", event.getRevision())
            .addKeyValue("stage", event.getStage().name().toLowerCase(Locale.ROOT)).addKeyValue("lane", lane.wireName())
            .log("document ordered");
      }
    }
  }

  private Decision decide(Record<byte[], byte[]> record, @Nullable DocumentState before, DocumentCommand command,
      Arrival arrival) {
    checkKey(record.key(), command);
    checkSize(command);
    var knowledgeBase = knowledgeBase(command);
    var nothing = new Decision(before, List.of());
    if (knowledgeBase.getDeleted() && command.getRevision() != null) {
      // Accepted before its knowledge base was deleted, and gone with it.
      TraceContext.of(record.headers()).on(LOG.atInfo()).addKeyValue("document_id", command.getDocumentId())
          .log("command of a deleted knowledge base dropped");
      return nothing;
    }
    if (knowledgeBase.getDeleted() || knowledgeBase.getGenerations().isEmpty()) {
      throw new SelfRagException(ErrorCode.KB_NOT_FOUND, "the knowledge base is deleted or has no open generation");
    }
    var revisioned = RevisionedCommand.of(before, command, arrival);
    if (revisioned.isEmpty()) {
      return nothing;
    }
    var decision = DocumentOrder.decide(before, revisioned.get(), knowledgeBase.getGenerations());
    decision.outputs().forEach(this::reserve);
    audit(record, command, arrival, null);
    return decision;
  }

  private void reserve(Output output) {
    if (!(output instanceof Output.Event(DocumentEvent event)) || event.getDocument() == null) {
      return;
    }
    ports.externalDocuments().reserve(event.getTenantId(), event.getKnowledgeBaseId(), event.getDocumentId(),
        event.getRevision(), event.getDocument());
  }

  /** The API has recorded its own commands. */
  private void audit(Record<byte[], byte[]> record, DocumentCommand command, Arrival arrival,
      @Nullable ErrorCode refused) {
    if (command.getRevision() != null) {
      return;
    }
    var from = context.recordMetadata().orElseThrow();
    var id = Ids.uuidV5(command.getDocumentId(),
        (from.topic() + "/" + from.partition() + "/" + from.offset() + "/" + arrival.appendedAt().toEpochMilli())
            .getBytes(StandardCharsets.UTF_8));
    var kind = command.getCommand() instanceof SpecificRecord it ? it.getSchema().getName() : "unknown";
    ports.changeAudit().record(new ExternalChange(id, arrival.appendedAt(), command.getTenantId(),
        command.getKnowledgeBaseId(), command.getDocumentId(), kind, refused,
        requestId(record)));
  }

  /** What the producer calls its request, if it is one that we would take from a client. */
  private static String requestId(Record<byte[], byte[]> record) {
    var header = record.headers().lastHeader(io.selfrag.schemas.RecordHeaders.REQUEST_ID);
    var text = header == null || header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    return TraceContext.isRequestId(text) ? text : "";
  }

  private static void checkKey(byte @Nullable [] key, DocumentCommand command) {
    var id = command.getDocumentId();
    if (!RecordKey.id(key).filter(id::equals).isPresent()) {
      throw new SelfRagException(ErrorCode.BAD_KEY, "the record's key is not its document id");
    }
    if (command.getCommand() instanceof Upsert upsert && upsert.getExternalId() != null
        && !Ids.documentId(command.getKnowledgeBaseId(), upsert.getExternalId()).equals(id)) {
      throw new SelfRagException(ErrorCode.BAD_KEY, "the document id does not follow from the external id");
    }
  }

  private static void checkSize(DocumentCommand command) {
    if (command.getCommand() instanceof Upsert upsert && upsert.getContent() instanceof InlineContent inline
        && inline.getBytes().remaining() > MAX_INLINE_BYTES) {
      throw new SelfRagException(ErrorCode.PAYLOAD_TOO_LARGE, "inline content may have " + MAX_INLINE_BYTES + " bytes");
    }
  }

  private KnowledgeBaseState knowledgeBase(DocumentCommand command) {
    return knowledgeBases.get(command.getTenantId(), command.getKnowledgeBaseId());
  }

  private static GenerationOpened canonical(GenerationOpened opened) {
    return GenerationOpened.newBuilder(opened).setSpec(GenerationSpecs.canonical(opened.getSpec())).build();
  }

  private <T> T guarded(Supplier<T> work) {
    return fuse.guard(() -> ports.retry().call(work));
  }

  private void giveUp(Record<byte[], byte[]> record, DocumentCommand command, Arrival arrival, SelfRagException cause) {
    int attempts = cause.code() == ErrorCode.INTERNAL_ERROR ? BugFuse.ATTEMPTS : 1;
    spans.failed(cause.code());
    // A command without a revision has its place by its time, and keeps it when it is replayed.
    var dated = record.withHeaders(new RecordHeaders(record.headers()));
    DeadLetterPublisher.addTimestamp(dated.headers(), arrival.appendedAt().toEpochMilli());
    deadLetters.give(context, dated, Timeline.STAGE, cause.code(), cause.detail(), cause.getCause(), attempts);
    if (isOfWholeKnowledgeBase(command)) {
      return;
    }
    guarded(() -> {
      audit(record, command, arrival, cause.code());
      return cause;
    });
    RevisionedCommand.of(null, command, arrival).ifPresent(it -> forward(record, arrival.lane(),
        new Output.Event(Timeline.failed(it, cause.code(), cause.detail()))));
  }

  private static boolean isOfWholeKnowledgeBase(DocumentCommand command) {
    return switch (command.getCommand()) {
      case GenerationOpened _,GenerationClosed _,CollectionDeleted _ -> true;
      case Object _ -> false;
    };
  }

  private void forward(Record<?, ?> cause, Lane lane, Output output) {
    switch (output) {
      case Output.Version(var version) ->
        forward(cause, version.getDocumentId(), version, OrderTopology.toVersions(lane));
      case Output.Notice(var notice) ->
        forward(cause, documentIdOf(notice), notice, OrderTopology.toNotices(lane));
      case Output.Event(var event) -> forward(cause, event.getDocumentId(), event, OrderTopology.TO_EVENTS);
      case Output.Command(var command) -> forward(cause, command.getDocumentId(), command, OrderTopology.TO_COMMANDS);
    }
  }

  private void forward(Record<?, ?> cause, Object documentId, Object value, String sink) {
    context.forward(new Record<Object, Object>(documentId.toString(), value, cause.timestamp(), cause.headers()), sink);
  }

  private static Object documentIdOf(SpecificRecord notice) {
    return notice.get(notice.getSchema().getField("documentId").pos());
  }
}
