package io.selfrag.ingest.http;

import io.selfrag.catalog.intake.IngestJobs;
import io.selfrag.ingest.accept.DocumentIds;
import io.selfrag.ingest.accept.Intake;
import io.selfrag.ingest.bulk.BulkStream;
import io.selfrag.ingest.bulk.IngestMany;
import io.selfrag.ingest.bulk.Item;
import io.selfrag.ingest.bulk.ItemReader;
import io.selfrag.ingest.bulk.ItemResult;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.DeniedItems;
import io.selfrag.service.http.Idempotency;
import io.selfrag.service.http.IdempotentReply;
import io.selfrag.service.http.LargeBody;
import io.selfrag.service.http.LargeBody.Reading;
import io.selfrag.service.http.LongAnswer;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import io.selfrag.service.http.ValidationException;
import io.selfrag.service.trace.TraceContext;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Many documents into a knowledge base: a list in one body, or a stream of lines. Both are jobs of the bulk lane. */
@RestController
@RequestMapping("/v1/knowledge-bases/{knowledgeBaseId}/documents")
@RequiresRole(Role.WRITE)
public final class ManyDocumentsController {
  private static final int MAX_DOCUMENTS = 1000;
  private static final int ACCEPTED_AT_ONCE = 200;

  private final RouteAccess access;
  private final IngestMany ingest;
  private final BulkStream bulk;
  private final ItemReader reader;
  private final IngestJobs jobs;
  private final DocumentIds ids;
  private final Idempotency idempotency;
  private final JsonMapper json;

  public ManyDocumentsController(RouteAccess access, IngestMany ingest, BulkStream bulk, ItemReader reader,
      IngestJobs jobs, DocumentIds ids, Idempotency idempotency, JsonMapper json) {
    this.access = access;
    this.ingest = ingest;
    this.bulk = bulk;
    this.reader = reader;
    this.jobs = jobs;
    this.ids = ids;
    this.idempotency = idempotency;
    this.json = json;
  }

  /** The list; its elements are read one by one, so that a bad one fails alone. */
  record BatchBody(@Nullable List<JsonNode> documents) {}

  /** What became of one document. */
  record BatchResult(@Nullable String title, @Nullable UUID documentId, boolean success, @Nullable String error,
      @Nullable ErrorCode code) {}

  /** What became of all. */
  record BatchReply(List<BatchResult> results, int total, int succeeded, int failed, UUID jobId) {}

  /** What became of one line. */
  record LineResult(long line, @Nullable String title, @Nullable UUID documentId, boolean success,
      @Nullable String error, @Nullable ErrorCode code, UUID jobId) {}

  @PostMapping(path = "/batch", consumes = MediaType.APPLICATION_JSON_VALUE)
  @LongAnswer
  @LargeBody(Reading.IN_MEMORY)
  Mono<ResponseEntity<Object>> batch(Caller caller, TraceContext trace, @PathVariable UUID knowledgeBaseId,
      @RequestHeader(name = Idempotency.HEADER, required = false) @Nullable String idempotencyKey,
      @RequestBody BatchBody body) {
    var documents = body.documents();
    if (documents == null || documents.isEmpty() || documents.size() > MAX_DOCUMENTS) {
      throw new ValidationException("body", "documents", "must hold 1 to " + MAX_DOCUMENTS + " documents",
          documents == null ? "missing" : "value_error");
    }
    var job = ids.idFor(knowledgeBaseId, caller.keyId(), null, null,
        idempotencyKey == null ? null : idempotencyKey + "#job");
    return access.knowledgeBase(caller, knowledgeBaseId)
        .then(idempotency.repeatable(caller.keyId(), "POST batch", idempotencyKey,
            () -> idempotency.hash(List.of(knowledgeBaseId, body)),
            batch(intake(caller, trace, knowledgeBaseId, job), idempotencyKey, documents)
                .map(reply -> IdempotentReply.of(HttpStatus.ACCEPTED.value(), reply, job))))
        .map(IdempotentReply::toResponse);
  }

  private Mono<BatchReply> batch(Intake intake, @Nullable String idempotencyKey,
      List<JsonNode> documents) {
    var job = Objects.requireNonNull(intake.jobId());
    List<Item> items = IntStream.range(0, documents.size()).mapToObj(i -> reader.read(i, documents.get(i))).toList();
    var ingested = Flux.fromIterable(items).buffer(ACCEPTED_AT_ONCE)
        .concatMap(some -> ingest.ingest(intake, idempotencyKey, some), 1).flatMapIterable(it -> it)
        .collectList().zipWith(DeniedItems.ofRequest(), ManyDocumentsController::noted).flatMap(results -> {
          int failed = (int) results.stream().filter(it -> !it.isSuccess()).count();
          refuseIfNothingWentThrough(results);
          return jobs.count(job, results.size(), failed).thenReturn(new BatchReply(
              results.stream().map(it -> new BatchResult(it.title(), it.documentId(), it.isSuccess(), it.error(),
                  it.code())).toList(),
              results.size(), results.size() - failed, failed, job));
        });
    return jobs.open(job, intake.tenantId(), intake.knowledgeBaseId())
        .then(Mono.usingWhen(Mono.just(job), it -> ingested, jobs::complete));
  }

  private static List<ItemResult> noted(List<ItemResult> results, DeniedItems denied) {
    denied.add(results.stream().filter(it -> it.code() == ErrorCode.NO_PERMISSION).count());
    return results;
  }

  /** All failed because something is away: that is no result, but a reason to come again. */
  private static void refuseIfNothingWentThrough(List<ItemResult> results) {
    var first = results.getFirst();
    var code = first.code();
    if (code != null && code.kind().isTransient() && results.stream().allMatch(it -> it.code() == code)) {
      throw new SelfRagException(code, String.valueOf(first.error()));
    }
  }

  @PostMapping(path = "/bulk", consumes = MediaType.APPLICATION_NDJSON_VALUE)
  @LongAnswer
  @LargeBody(Reading.ENDLESS)
  Mono<Void> bulk(Caller caller, TraceContext trace, @PathVariable UUID knowledgeBaseId, ServerHttpRequest request,
      ServerHttpResponse response) {
    var job = ids.idFor(knowledgeBaseId, caller.keyId(), null, null, null);
    return access.knowledgeBase(caller, knowledgeBaseId).then(DeniedItems.ofRequest()).flatMap(denied -> {
      response.setStatusCode(HttpStatus.OK);
      response.getHeaders().setContentType(MediaType.APPLICATION_NDJSON);
      response.getHeaders().set("X-Ingest-Job-ID", job.toString());
      var lines = bulk.ingest(intake(caller, trace, knowledgeBaseId, job),
          request.getBody().map(ManyDocumentsController::bytes));
      return response.writeAndFlushWith(
          lines.map(results -> Mono
              .fromSupplier(() -> response.bufferFactory().wrap(ndjson(noted(results, denied), job)))));
    });
  }

  private byte[] ndjson(List<ItemResult> results, UUID job) {
    var out = new ByteArrayOutputStream();
    for (ItemResult it : results) {
      out.writeBytes(json.writeValueAsBytes(new LineResult(it.number(), it.title(), it.documentId(), it.isSuccess(),
          it.error(), it.code(), job)));
      out.write('\n');
    }
    return out.toByteArray();
  }

  private static byte[] bytes(DataBuffer buffer) {
    var bytes = new byte[buffer.readableByteCount()];
    buffer.read(bytes);
    DataBufferUtils.release(buffer);
    return bytes;
  }

  private static Intake intake(Caller caller, TraceContext trace, UUID knowledgeBaseId, UUID job) {
    return new Intake(RouteAccess.feeder(caller), caller.tenantId(), knowledgeBaseId, true, job, trace.asMap());
  }
}
