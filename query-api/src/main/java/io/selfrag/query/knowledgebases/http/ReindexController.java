package io.selfrag.query.knowledgebases.http;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.reindex.ReindexJob;
import io.selfrag.catalog.reindex.ReindexJob.State;
import io.selfrag.catalog.tenant.KnowledgeBases;
import io.selfrag.query.knowledgebases.BaseConfig.Embedding;
import io.selfrag.query.knowledgebases.BaseConfig.Ingestion;
import io.selfrag.query.knowledgebases.KnowledgeBaseLife;
import io.selfrag.query.knowledgebases.Reindexing;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import io.selfrag.service.trace.TraceContext;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** {@code /v1/knowledge-bases/{id}/reindex} and {@code /v1/reindex-jobs}. */
@RestController
public final class ReindexController {
  private final CatalogDatabase database;
  private final KnowledgeBases bases;
  private final Reindexing reindexing;
  private final JsonMapper json;
  private final Runnable nudge;

  /** @param nudge says that the outbox has something */
  public ReindexController(CatalogDatabase database, KnowledgeBases bases, Reindexing reindexing, JsonMapper json,
      Runnable nudge) {
    this.database = database;
    this.bases = bases;
    this.reindexing = reindexing;
    this.json = json;
    this.nudge = nudge;
  }

  /**
   * What is to be done; what is missing stays as it is.
   *
   * @param keepSeconds how long the old index is kept for a rollback
   */
  record ReindexBody(@Nullable @Valid Ingestion ingestion, @Nullable @Valid Embedding embedding,
      @Nullable @Min(0) @Max(2_592_000) Long keepSeconds) {
    Duration keep() {
      return keepSeconds == null ? Reindexing.KEEP : Duration.ofSeconds(keepSeconds);
    }
  }

  @PostMapping("/v1/knowledge-bases/{id}/reindex")
  @RequiresRole(Role.WRITE)
  @ResponseStatus(HttpStatus.ACCEPTED)
  Mono<ReindexJobView> start(Caller caller, TraceContext trace, @PathVariable UUID id,
      @Valid @RequestBody ReindexBody body) {
    var work = bases.findForUpdate(caller.tenantId(), id).switchIfEmpty(Mono.error(KnowledgeBaseLife::notFound))
        .doOnNext(it -> caller.requireScope(it.id()))
        .flatMap(base -> reindexing.start(base, body.ingestion(), body.embedding(),
            new Reindexing.Order(body.keep(), caller.keyId().toString()), trace));
    return database.inTransaction(work).doOnNext(_ -> nudge.run()).map(this::view);
  }

  @GetMapping("/v1/reindex-jobs/{id}")
  @RequiresRole(Role.READ)
  Mono<ReindexJobView> get(Caller caller, @PathVariable UUID id) {
    return inScope(caller, id).map(this::view);
  }

  /** Back to the old index, while it is kept. */
  @PostMapping("/v1/reindex-jobs/{id}/rollback")
  @RequiresRole(Role.WRITE)
  @ResponseStatus(HttpStatus.ACCEPTED)
  Mono<ReindexJobView> rollback(Caller caller, @PathVariable UUID id) {
    return turn(caller, id, State.SWITCHED, State.REVERTING);
  }

  /** The old index is not needed any more. */
  @PostMapping("/v1/reindex-jobs/{id}/confirm")
  @RequiresRole(Role.WRITE)
  @ResponseStatus(HttpStatus.ACCEPTED)
  Mono<ReindexJobView> confirm(Caller caller, @PathVariable UUID id) {
    return turn(caller, id, State.SWITCHED, State.COMPLETING);
  }

  /** The new index is not wanted any more, before queries see it. */
  @PostMapping("/v1/reindex-jobs/{id}/cancel")
  @RequiresRole(Role.WRITE)
  @ResponseStatus(HttpStatus.ACCEPTED)
  Mono<ReindexJobView> cancel(Caller caller, @PathVariable UUID id) {
    return turn(caller, id, State.FILLING, State.CANCELLING);
  }

  private Mono<ReindexJobView> turn(Caller caller, UUID id, State from, State to) {
    return inScope(caller, id).flatMap(job -> reindexing.turn(job, from, to)).map(this::view);
  }

  private Mono<ReindexJob> inScope(Caller caller, UUID id) {
    return reindexing.find(caller.tenantId(), id).doOnNext(it -> caller.requireScope(it.knowledgeBaseId()));
  }

  private ReindexJobView view(ReindexJob job) {
    return ReindexJobView.of(job, json);
  }
}
