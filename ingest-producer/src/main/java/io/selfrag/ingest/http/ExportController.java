package io.selfrag.ingest.http;

import io.selfrag.ingest.export.ExportLines;
import io.selfrag.ingest.export.ExportOptions;
import io.selfrag.service.http.Audited;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.LongAnswer;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import io.selfrag.service.http.StillAllowed;
import java.util.UUID;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Everything of a knowledge base that the caller may read, as lines that the bulk route takes. */
@RestController
@RequiresRole(Role.READ)
public final class ExportController {
  private final RouteAccess access;
  private final ExportLines lines;

  public ExportController(RouteAccess access, ExportLines lines) {
    this.access = access;
    this.lines = lines;
  }

  /**
   * As fast as the client reads.
   *
   * @param vectors of the chunks, as Base64 of little-endian float32
   * @param sameIds for the same knowledge base again, and not for another
   * @param originals the bytes as they were sent, as Base64
   */
  @Audited
  @LongAnswer
  @GetMapping("/v1/knowledge-bases/{knowledgeBaseId}/documents/export")
  Mono<Void> export(Caller caller, StillAllowed allowed, @PathVariable UUID knowledgeBaseId,
      @RequestParam(defaultValue = "true") boolean chunks, @RequestParam(defaultValue = "false") boolean vectors,
      @RequestParam(defaultValue = "false") boolean originals,
      @RequestParam(name = "same_ids", defaultValue = "false") boolean sameIds, ServerHttpResponse response) {
    return access.knowledgeBase(caller, knowledgeBaseId).flatMap(base -> {
      response.getHeaders().setContentType(MediaType.APPLICATION_NDJSON);
      response.getHeaders().set(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + base + ".ndjson\"");
      return response.writeWith(lines.of(caller.tenantId(), base, RouteAccess.rights(caller),
          new ExportOptions(chunks || vectors, vectors, originals, sameIds), allowed.check())
          .<DataBuffer>map(response.bufferFactory()::wrap));
    });
  }
}
