package io.selfrag.ingest.http;

import io.selfrag.catalog.intake.ContentStore;
import io.selfrag.catalog.intake.DocumentChanges;
import io.selfrag.catalog.intake.DocumentFilter;
import io.selfrag.catalog.intake.DocumentReads;
import io.selfrag.catalog.intake.OriginalContent;
import io.selfrag.ingest.document.AttributesPatch;
import io.selfrag.ingest.document.DocumentRules;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.LongAnswer;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import io.selfrag.service.trace.TraceContext;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Documents that exist: read, changed, tried again, removed. */
@RestController
public final class DocumentsController {
  private static final String STATUS = "pending|processing|completed|failed|interrupted|deleted";

  private final RouteAccess access;
  private final DocumentReads documents;
  private final DocumentReads lists;
  private final DocumentChanges changes;
  private final DocumentRules rules;
  private final ContentStore contents;
  private final JsonMapper json;

  public DocumentsController(RouteAccess access, DocumentReads documents, DocumentReads lists, DocumentChanges changes,
      DocumentRules rules,
      ContentStore contents, JsonMapper json) {
    this.access = access;
    this.documents = documents;
    this.lists = lists;
    this.changes = changes;
    this.rules = rules;
    this.contents = contents;
    this.json = json;
  }

  @GetMapping("/v1/knowledge-bases/{knowledgeBaseId}/documents")
  @RequiresRole(Role.READ)
  Mono<PageReply<DocumentBody>> list(Caller caller, @PathVariable UUID knowledgeBaseId,
      @RequestParam(defaultValue = "1") @Min(1) @Max(1_000_000) int page,
      @RequestParam(name = "page_size", defaultValue = "20") @Min(1) @Max(100) int pageSize,
      @RequestParam(required = false) @Pattern(regexp = STATUS) @Nullable String status,
      @RequestParam(required = false) @Nullable String source, @RequestParam(required = false) @Nullable String title,
      @RequestParam(name = "external_id", required = false) @Nullable String externalId) {
    var filter = new DocumentFilter(status, storable(source), storable(title), storable(externalId));
    return access.knowledgeBase(caller, knowledgeBaseId)
        .then(lists.list(caller.tenantId(), knowledgeBaseId, filter, (page - 1) * pageSize, pageSize,
            RouteAccess.rights(caller)))
        .map(found -> PageReply.of(found, page, pageSize, it -> DocumentBody.of(json, it)));
  }

  /** No text of ours holds NUL, and PostgreSQL takes none. */
  private static @Nullable String storable(@Nullable String text) {
    return text == null ? null : text.replace('\0', '\uFFFD');
  }

  @GetMapping("/v1/documents/{id}")
  @RequiresRole(Role.READ)
  Mono<DocumentBody> read(Caller caller, @PathVariable UUID id) {
    return existing(caller, id);
  }

  @GetMapping("/v1/documents/{id}/chunks")
  @RequiresRole(Role.READ)
  Mono<PageReply<ChunkBody>> chunks(Caller caller, @PathVariable UUID id,
      @RequestParam(defaultValue = "1") @Min(1) @Max(1_000_000) int page,
      @RequestParam(name = "page_size", defaultValue = "20") @Min(1) @Max(100) int pageSize) {
    return existing(caller, id)
        .then(documents.chunks(caller.tenantId(), id, (page - 1) * pageSize, pageSize))
        .map(found -> PageReply.of(found, page, pageSize, ChunkBody::of));
  }

  /** The original bytes, as a download: nothing of it is ever shown inside our origin. */
  @LongAnswer
  @GetMapping("/v1/documents/{id}/content")
  @RequiresRole(Role.READ)
  Mono<Void> content(Caller caller, @PathVariable UUID id, ServerHttpResponse response) {
    return existing(caller, id)
        .flatMap(document -> documents.content(caller.tenantId(), id).switchIfEmpty(RouteAccess.notFound())
            .flatMap(original -> contents.parts(caller.tenantId(), original.sha256())
                .switchIfEmpty(Mono.error(() -> new SelfRagException(ErrorCode.INVALID_STATUS,
                    "the original is not stored yet; it is once the document is being processed")))
                .flatMap(parts -> {
                  describe(response.getHeaders(), original, document.title());
                  return response.writeWith(contents.read(caller.tenantId(), original.sha256(), parts)
                      .<DataBuffer>map(response.bufferFactory()::wrap));
                })));
  }

  private static void describe(HttpHeaders headers, OriginalContent original, String title) {
    var name = original.fileName() == null ? title : original.fileName();
    headers.setContentType(mediaType(original));
    headers.setContentLength(original.sizeBytes());
    headers.setContentDisposition(ContentDisposition.attachment().filename(name, StandardCharsets.UTF_8).build());
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Content-Security-Policy", "default-src 'none'; sandbox");
  }

  private static MediaType mediaType(OriginalContent original) {
    var stated = original.mediaType();
    if (stated == null) {
      return original.fileName() == null
          ? new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8)
          : MediaType.APPLICATION_OCTET_STREAM;
    }
    try {
      var type = MediaType.parseMediaType(stated);
      return type.isConcrete() ? type : MediaType.APPLICATION_OCTET_STREAM;
    } catch (InvalidMediaTypeException e) {
      return MediaType.APPLICATION_OCTET_STREAM;
    }
  }

  @PatchMapping("/v1/documents/{id}")
  @RequiresRole(Role.WRITE)
  Mono<DocumentBody> patch(Caller caller, TraceContext trace, @PathVariable UUID id,
      @RequestBody AttributesPatch patch) {
    var change = patch.check(rules);
    return access.document(caller, id)
        .then(changes.patch(caller.tenantId(), id, RouteAccess.rights(caller), change, trace.asMap()))
        .then(Mono.defer(() -> afterChange(caller, id)));
  }

  @PostMapping("/v1/documents/{id}/interrupt")
  @RequiresRole(Role.WRITE)
  @ResponseStatus(HttpStatus.ACCEPTED)
  Mono<DocumentBody> interrupt(Caller caller, TraceContext trace, @PathVariable UUID id) {
    return access.document(caller, id)
        .then(changes.interrupt(caller.tenantId(), id, RouteAccess.rights(caller), trace.asMap()))
        .then(Mono.defer(() -> afterChange(caller, id)));
  }

  @PostMapping("/v1/documents/{id}/retry")
  @RequiresRole(Role.WRITE)
  @ResponseStatus(HttpStatus.ACCEPTED)
  Mono<DocumentReply> retry(Caller caller, TraceContext trace, @PathVariable UUID id) {
    return access.document(caller, id)
        .then(changes.retry(caller.tenantId(), id, RouteAccess.rights(caller), trace.asMap()))
        .map(DocumentReply::pending);
  }

  @DeleteMapping("/v1/documents/{id}")
  @RequiresRole(Role.WRITE)
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> delete(Caller caller, TraceContext trace, @PathVariable UUID id) {
    return access.documentToRemove(caller, id)
        .then(changes.delete(caller.tenantId(), id, RouteAccess.feeder(caller), trace.asMap()));
  }

  private Mono<DocumentBody> existing(Caller caller, UUID id) {
    return access.document(caller, id)
        .then(documents.find(caller.tenantId(), id, RouteAccess.rights(caller))).switchIfEmpty(RouteAccess.notFound())
        .map(it -> DocumentBody.of(json, it));
  }

  /** Who changed it sees it once more, even if the change took away the right to read it. */
  private Mono<DocumentBody> afterChange(Caller caller, UUID id) {
    return documents.find(caller.tenantId(), id, null).switchIfEmpty(RouteAccess.notFound())
        .map(it -> DocumentBody.of(json, it));
  }
}
