package io.selfrag.chunker.kafka;

import io.micrometer.core.instrument.Counter;
import io.selfrag.catalog.holds.ParkedVersions;
import io.selfrag.chunker.parse.ParsedDocument;
import io.selfrag.chunker.version.GenerationSplit;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.AvroDeserializer;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.avro.Chunk;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.DocumentVersion;
import io.selfrag.schemas.avro.Failure;
import io.selfrag.schemas.avro.Stage;
import io.selfrag.service.trace.TraceContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shell around parsing and cutting: works first, and forwards only what is whole. */
final class SplitProcessor implements Processor<byte[], byte[], Object, Object> {
  private static final Logger LOG = LoggerFactory.getLogger(SplitProcessor.class);
  private static final String PARSE = "parse";
  private static final String CHUNK = "chunk";

  private final AvroDeserializer deserializer;
  private final Lane lane;
  private final SplitPorts ports;
  private final DeadLetters deadLetters;
  private final RecordSpans spans;
  private final BugFuse fuse = new BugFuse();
  private final Counter chunksCreated;
  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<Object, Object> context;

  /** A version's text and what was made of it. */
  private record Result(ParsedDocument document, List<GenerationSplit> splits) {}

  SplitProcessor(AvroCodec codec, Lane lane, SplitPorts ports) {
    this.deserializer = new AvroDeserializer(codec);
    this.lane = lane;
    this.ports = ports;
    this.deadLetters = new DeadLetters(ports.meters());
    this.spans = new RecordSpans(ports.spans(), "split");
    this.chunksCreated = ports.meters().counter("selfrag.chunks.created", "lane", lane.wireName());
  }

  @Override
  public void init(ProcessorContext<Object, Object> processorContext) {
    context = processorContext;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    spans.around(record, this::work);
    ports.health().progressed();
  }

  private void work(Record<byte[], byte[]> record) {
    switch (deserializer.deserialize("", record.value())) {
      case Decoded.Value(DocumentVersion version) -> version(record, version);
      case Decoded.Value(var other) -> deadLetters.give(context, record, PARSE, ErrorCode.UNDECODABLE,
          other.getClass().getSimpleName() + " is no version", null, 1);
      case Decoded.Undecodable it ->
        deadLetters.give(context, record, PARSE, ErrorCode.UNDECODABLE, it.reason(), null, 1);
    }
  }

  private void version(Record<byte[], byte[]> record, DocumentVersion version) {
    Instant start = ports.clock().instant();
    spans.of(version.getTenantId(), version.getDocumentId());
    if (ports.overtaken().mayDrop(version.getDocumentId(), version.getRevision(), start)) {
      event(record, event(version, Stage.SUPERSEDED));
      return;
    }
    if (isParked(record, version)) {
      return;
    }
    try {
      Optional<Result> result = fuse.guard(() -> ports.retry().call(() -> result(version)));
      if (result.isPresent()) {
        forward(record, version, result.get(), start);
      } else {
        comeBack(record, version, start);
      }
    } catch (SelfRagException e) {
      if (e.isTransient()) {
        throw e;
      }
      fail(record, version, PARSE, onlyGeneration(version), e);
    }
  }

  /** What has to wait leaves the topic, or it would hold up other tenants behind it. */
  private boolean isParked(Record<byte[], byte[]> record, DocumentVersion version) {
    if (record.headers().lastHeader(ParkedVersions.RELEASED) != null
        || !ports.retry().call(() -> ports.holds().isHeld(version))) {
      return false;
    }
    var headers = new HashMap<String, String>();
    record.headers().forEach(it -> headers.put(it.key(), new String(it.value(), StandardCharsets.UTF_8)));
    ports.retry().call(() -> {
      ports.holds().park(version, record.value(), headers);
      return true;
    });
    TraceContext.of(record.headers()).on(LOG.atInfo()).addKeyValue("tenant_id", version.getTenantId())
        .addKeyValue("document_id", version.getDocumentId()).log("document parked");
    return true;
  }

  private Optional<Result> result(DocumentVersion version) {
    Optional<byte[]> content = ports.splitter().content(version);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    ParsedDocument document = ports.splitter().parse(version, content.get());
    return Optional.of(new Result(document, ports.splitter().split(version, document)));
  }

  private void forward(Record<byte[], byte[]> record, DocumentVersion version, Result result, Instant start) {
    event(record, event(version, Stage.PARSED));
    int chunks = 0;
    for (GenerationSplit split : result.splits()) {
      switch (split) {
        case GenerationSplit.Failed it -> fail(record, version, CHUNK, it.generation(), it.cause());
        case GenerationSplit.Chunked it -> {
          // Before its chunks: the count is known when the first of them is embedded.
          event(record, event(version, Stage.CHUNKED).setGeneration(it.generation()).setChunkCount(it.chunks().size()));
          it.chunks().forEach(chunk -> chunk(record, chunk));
          chunks += it.chunks().size();
        }
      }
    }
    chunksCreated.increment(chunks);
    TraceContext.of(record.headers()).on(LOG.atInfo()).addKeyValue("tenant_id", version.getTenantId())
        .addKeyValue("knowledge_base_id", version.getKnowledgeBaseId())
        .addKeyValue("document_id", version.getDocumentId()).addKeyValue("chunks", chunks)
        .addKeyValue("lane", lane.wireName())
        .addKeyValue("duration_ms", Duration.between(start, ports.clock().instant()).toMillis())
        .log("document parsed and chunked");
  }

  /** Content may still come: the version goes to the end of its queue, so that it holds up nobody (S22). */
  private void comeBack(Record<byte[], byte[]> record, DocumentVersion version, Instant now) {
    Instant since = MissingSince.of(record.headers()).orElse(now);
    if (Duration.between(since, now).compareTo(ports.contentDeadline()) > 0) {
      fail(record, version, PARSE, onlyGeneration(version),
          new SelfRagException(ErrorCode.DOC_NOT_FOUND, "the content of this version never came"));
      return;
    }
    ports.health().degraded("content of document " + version.getDocumentId() + " is missing");
    ports.retry().waitAMoment();
    context.forward(new Record<Object, Object>(record.key(), record.value(), record.timestamp(),
        MissingSince.on(record.headers(), since)), SplitTopology.TO_VERSIONS);
  }

  /** A version that is sent for one generation fails for that one: it may be shown in another. */
  private static @Nullable Integer onlyGeneration(DocumentVersion version) {
    var generations = version.getGenerations();
    return generations.size() == 1 ? generations.getFirst().getGeneration() : null;
  }

  private void fail(Record<byte[], byte[]> record, DocumentVersion version, String stage, @Nullable Integer generation,
      SelfRagException cause) {
    spans.failed(cause.code());
    int attempts = cause.code() == ErrorCode.INTERNAL_ERROR ? BugFuse.ATTEMPTS : 1;
    deadLetters.give(context, record, stage, cause.code(), cause.detail(), cause.getCause(), attempts);
    event(record, event(version, Stage.FAILED).setGeneration(generation)
        .setError(new Failure(stage, cause.code().name(), cause.detail())));
  }

  private void chunk(Record<byte[], byte[]> record, Chunk chunk) {
    context.forward(new Record<Object, Object>(chunk.getChunkId().toString(), chunk, record.timestamp(),
        record.headers()), SplitTopology.TO_CHUNKS);
  }

  private void event(Record<byte[], byte[]> record, DocumentEvent.Builder event) {
    context.forward(new Record<Object, Object>(event.getDocumentId().toString(), event.build(), record.timestamp(),
        record.headers()), SplitTopology.TO_EVENTS);
  }

  private DocumentEvent.Builder event(DocumentVersion version, Stage stage) {
    return DocumentEvent.newBuilder().setTenantId(version.getTenantId())
        .setKnowledgeBaseId(version.getKnowledgeBaseId()).setDocumentId(version.getDocumentId())
        .setRevision(version.getRevision()).setAttempt(version.getAttempt()).setJobId(version.getJobId())
        .setStage(stage).setAt(ports.clock().instant());
  }
}
