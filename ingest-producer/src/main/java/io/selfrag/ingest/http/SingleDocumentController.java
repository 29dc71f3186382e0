package io.selfrag.ingest.http;

import io.selfrag.catalog.intake.DocumentChanges;
import io.selfrag.catalog.intake.IngestJobs;
import io.selfrag.catalog.intake.RevisionKey;
import io.selfrag.ingest.accept.Intake;
import io.selfrag.ingest.document.CheckedDocument;
import io.selfrag.ingest.document.DocumentFields;
import io.selfrag.ingest.document.DocumentRules;
import io.selfrag.ingest.document.DocumentRules.Source;
import io.selfrag.ingest.single.IngestOne;
import io.selfrag.ingest.waiting.RevisionWaiters;
import io.selfrag.schemas.Ids;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.Idempotency;
import io.selfrag.service.http.IdempotentReply;
import io.selfrag.service.http.LargeBody;
import io.selfrag.service.http.LargeBody.Reading;
import io.selfrag.service.http.LongAnswer;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import io.selfrag.service.http.ValidationException;
import io.selfrag.service.trace.TraceContext;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.multipart.PartEvent;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One document into a knowledge base: as JSON, as a file, or under its external id. */
@RestController
@RequestMapping("/v1/knowledge-bases/{knowledgeBaseId}/documents")
@RequiresRole(Role.WRITE)
public final class SingleDocumentController {
  private static final Duration DEFAULT_WAIT = Duration.ofSeconds(10);

  private final RouteAccess access;
  private final DocumentRules rules;
  private final IngestOne ingest;
  private final UploadForm form;
  private final RevisionWaiters waiters;
  private final DocumentChanges changes;
  private final Idempotency idempotency;
  private final IngestJobs jobs;

  public SingleDocumentController(RouteAccess access, DocumentRules rules, IngestOne ingest, UploadForm form,
      RevisionWaiters waiters, DocumentChanges changes, Idempotency idempotency, IngestJobs jobs) {
    this.access = access;
    this.rules = rules;
    this.ingest = ingest;
    this.form = form;
    this.waiters = waiters;
    this.changes = changes;
    this.idempotency = idempotency;
    this.jobs = jobs;
  }

  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  @LongAnswer
  @LargeBody(Reading.IN_MEMORY)
  Mono<ResponseEntity<Object>> create(Caller caller, TraceContext trace, @PathVariable UUID knowledgeBaseId,
      @RequestHeader(name = Idempotency.HEADER, required = false) @Nullable String idempotencyKey,
      @RequestBody DocumentFields fields) {
    var document = rules.check(fields, Source.FIELDS);
    return access.knowledgeBase(caller, knowledgeBaseId).then(once(caller, "POST documents", idempotencyKey,
        () -> idempotency.hash(List.of(knowledgeBaseId, fields)),
        ingest.ingest(intake(caller, trace, knowledgeBaseId), idempotencyKey, document), document,
        DEFAULT_WAIT));
  }

  /**
   * Waits only if asked to; with a {@code job_id} the file counts for that job and takes the bulk lane. The knowledge base is looked
   * for before the form is read: nobody should send a large file for nothing.
   */
  @PostMapping(path = "/upload", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
  @LongAnswer
  @LargeBody(Reading.STREAMED)
  Mono<ResponseEntity<Object>> upload(Caller caller, TraceContext trace, @PathVariable UUID knowledgeBaseId,
      @RequestHeader(name = Idempotency.HEADER, required = false) @Nullable String idempotencyKey,
      @RequestBody Flux<PartEvent> parts) {
    return access.knowledgeBase(caller, knowledgeBaseId).then(form.read(caller.tenantId(), parts)).flatMap(upload -> {
      var document = rules.check(form.fields(upload), Source.FILE);
      Supplier<byte[]> hash = () -> idempotency.hash(List.of(knowledgeBaseId, upload.fields(),
          HexFormat.of().formatHex(upload.original().content().sha256())));
      var job = form.job(upload);
      var intake = new Intake(RouteAccess.feeder(caller), caller.tenantId(), knowledgeBaseId, job != null, job,
          trace.asMap());
      var work = ingest.ingest(intake, idempotencyKey, document, upload.original());
      return once(caller, "POST upload", idempotencyKey, hash,
          job == null
              ? work
              : jobs.requireOpen(caller.tenantId(), knowledgeBaseId, job)
                  .then(work).flatMap(revision -> jobs.count(job, 1, 0).thenReturn(revision)),
          document, Duration.ZERO);
    });
  }

  @PutMapping(path = "/by-external-id/{externalId}", consumes = MediaType.APPLICATION_JSON_VALUE)
  @LongAnswer
  @LargeBody(Reading.IN_MEMORY)
  Mono<ResponseEntity<Object>> replace(Caller caller, TraceContext trace, @PathVariable UUID knowledgeBaseId,
      @PathVariable String externalId, @RequestBody DocumentFields fields) {
    if (fields.externalId() != null && !fields.externalId().equals(externalId)) {
      throw new ValidationException("body", "external_id", "must be the one of the path, or absent", "value_error");
    }
    var document = rules.check(fields.withExternalId(externalId), Source.FIELDS);
    return access.knowledgeBase(caller, knowledgeBaseId)
        .then(ingest.ingest(intake(caller, trace, knowledgeBaseId), null, document))
        .flatMap(revision -> outcome(revision, document, DEFAULT_WAIT))
        .map(reply -> ResponseEntity.status(reply.httpStatus()).body(reply));
  }

  @DeleteMapping("/by-external-id/{externalId}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> delete(Caller caller, TraceContext trace, @PathVariable UUID knowledgeBaseId,
      @PathVariable String externalId) {
    var id = Ids.documentId(knowledgeBaseId, externalId);
    return access.knowledgeBase(caller, knowledgeBaseId).then(access.documentToRemove(caller, id))
        .then(changes.delete(caller.tenantId(), id, RouteAccess.feeder(caller), trace.asMap()));
  }

  private Mono<ResponseEntity<Object>> once(Caller caller, String route, @Nullable String idempotencyKey,
      Supplier<byte[]> bodyHash, Mono<RevisionKey> work, CheckedDocument document, Duration defaultWait) {
    return idempotency.repeatable(caller.keyId(), route, idempotencyKey, bodyHash,
        work.flatMap(revision -> outcome(revision, document, defaultWait))
            .map(reply -> IdempotentReply.of(reply.httpStatus(), reply, reply.documentId())))
        .map(IdempotentReply::toResponse);
  }

  private Mono<DocumentReply> outcome(RevisionKey revision, CheckedDocument document, Duration defaultWait) {
    var wait = document.waitLimit() == null ? defaultWait : document.waitLimit();
    return waiters.await(revision, wait).map(DocumentReply::of).defaultIfEmpty(DocumentReply.pending(revision));
  }

  private static Intake intake(Caller caller, TraceContext trace, UUID knowledgeBaseId) {
    return new Intake(RouteAccess.feeder(caller), caller.tenantId(), knowledgeBaseId, false, null, trace.asMap());
  }
}
