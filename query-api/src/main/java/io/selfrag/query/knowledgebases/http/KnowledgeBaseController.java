package io.selfrag.query.knowledgebases.http;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.outbox.OutboxDrain;
import io.selfrag.catalog.tenant.KnowledgeBase;
import io.selfrag.catalog.tenant.KnowledgeBases;
import io.selfrag.query.knowledgebases.KnowledgeBaseLife;
import io.selfrag.query.knowledgebases.Reindexing;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.Idempotency;
import io.selfrag.service.http.IdempotentReply;
import io.selfrag.service.http.MergePatch;
import io.selfrag.service.http.PageBody;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import io.selfrag.service.trace.TraceContext;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code /v1/knowledge-bases}. */
@RestController
@RequestMapping("/v1/knowledge-bases")
public final class KnowledgeBaseController {
  private static final String CREATE = "POST /v1/knowledge-bases";

  private static final Duration IN_FORCE_WITHIN = Duration.ofSeconds(10);

  private final CatalogDatabase database;
  private final KnowledgeBases bases;
  private final KnowledgeBaseLife life;
  private final Idempotency idempotency;
  private final MergePatch patches;
  private final OutboxDrain drain;
  private final Runnable nudge;
  private final JsonMapper json;

  private record Patched(KnowledgeBaseLife.Changed changed, boolean respecified) {}

  /**
   * @param drain waits for what the outbox has
   * @param nudge says that the outbox has something
   */
  public KnowledgeBaseController(CatalogDatabase database, KnowledgeBases bases, KnowledgeBaseLife life,
      Idempotency idempotency, MergePatch patches, OutboxDrain drain, Runnable nudge, JsonMapper json) {
    this.database = database;
    this.bases = bases;
    this.life = life;
    this.idempotency = idempotency;
    this.patches = patches;
    this.drain = drain;
    this.nudge = nudge;
    this.json = json;
  }

  @PostMapping
  @RequiresRole(Role.WRITE)
  Mono<ResponseEntity<Object>> create(Caller caller, TraceContext trace,
      @RequestHeader(name = Idempotency.HEADER, required = false) @Nullable String idempotencyKey,
      @Valid @RequestBody KnowledgeBaseBody body) {
    if (caller.scopeKnowledgeBaseIds() != null) {
      return Mono.error(new SelfRagException(ErrorCode.KB_NOT_IN_SCOPE,
          "a key limited to some knowledge bases cannot create others"));
    }
    var work = life.create(caller.tenantId(), body.toDraft(), trace)
        .map(it -> IdempotentReply.of(HttpStatus.CREATED.value(), view(it), it.id()));
    return idempotency.inTransaction(caller.keyId(), CREATE, idempotencyKey, body, work).doOnNext(it -> nudge.run())
        .map(IdempotentReply::toResponse);
  }

  @GetMapping
  @RequiresRole(Role.READ)
  Mono<PageBody<KnowledgeBaseView>> list(Caller caller,
      @RequestParam(defaultValue = "1") @Min(1) @Max(1_000_000) int page,
      @RequestParam(name = "page_size", defaultValue = "20") @Min(1) @Max(PageBody.MAX_SIZE) int pageSize) {
    var scope = caller.scopeKnowledgeBaseIds();
    return bases.list(caller.tenantId(), scope == null ? null : List.copyOf(scope), page, pageSize)
        .map(it -> PageBody.of(it.items().stream().map(this::view).toList(), it.total(), page, pageSize));
  }

  @GetMapping("/{id}")
  @RequiresRole(Role.READ)
  Mono<KnowledgeBaseView> get(Caller caller, @PathVariable UUID id) {
    return inScope(caller, bases.find(caller.tenantId(), id)).map(this::view);
  }

  @PatchMapping("/{id}")
  @RequiresRole(Role.WRITE)
  Mono<ResponseEntity<Object>> patch(Caller caller, TraceContext trace, @PathVariable UUID id,
      @RequestBody JsonNode patch) {
    var work = inScope(caller, bases.findForUpdate(caller.tenantId(), id)).flatMap(before -> {
      var current = new KnowledgeBaseBody(before.name(), before.description(), life.config(before));
      var wanted = patches.apply(current, patch, KnowledgeBaseBody.class);
      boolean respecified = life.respecifies(before, wanted.toDraft());
      var order = new Reindexing.Order(Reindexing.KEEP, caller.keyId().toString());
      return life.change(before, wanted.toDraft(), order, trace).map(it -> new Patched(it, respecified));
    });
    // An upload that comes after the answer must not be cut and embedded as before.
    return database.inTransaction(work).doOnNext(it -> nudge.run())
        .flatMap(
            it -> (it.respecified ? drain.await(IN_FORCE_WITHIN) : Mono.<Void>empty()).thenReturn(answer(it.changed)));
  }

  private ResponseEntity<Object> answer(KnowledgeBaseLife.Changed changed) {
    var job = changed.job();
    return job == null
        ? ResponseEntity.ok(view(changed.base()))
        : ResponseEntity.accepted().body(ReindexJobView.of(job, json));
  }

  @DeleteMapping("/{id}")
  @RequiresRole(Role.WRITE)
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> delete(Caller caller, TraceContext trace, @PathVariable UUID id) {
    var work = inScope(caller, bases.find(caller.tenantId(), id))
        .flatMap(it -> life.delete(caller.tenantId(), id, trace).thenReturn(true));
    return database.inTransaction(work).doOnNext(it -> nudge.run()).then();
  }

  private static Mono<KnowledgeBase> inScope(Caller caller, Mono<KnowledgeBase> found) {
    return found.switchIfEmpty(Mono.error(KnowledgeBaseLife::notFound))
        .doOnNext(it -> caller.requireScope(it.id()));
  }

  private KnowledgeBaseView view(KnowledgeBase base) {
    return KnowledgeBaseView.of(base, life.config(base));
  }
}
