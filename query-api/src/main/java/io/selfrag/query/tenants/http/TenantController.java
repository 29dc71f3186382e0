package io.selfrag.query.tenants.http;

import io.selfrag.catalog.tenant.Tenants;
import io.selfrag.query.tenants.TenantLife;
import io.selfrag.service.http.Idempotency;
import io.selfrag.service.http.IdempotentReply;
import io.selfrag.service.http.MergePatch;
import io.selfrag.service.http.Operator;
import io.selfrag.service.http.PageBody;
import io.selfrag.service.trace.TraceContext;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
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

/** {@code /admin/tenants}. */
@RestController
@RequestMapping("/admin/tenants")
public final class TenantController {
  private static final String CREATE = "POST /admin/tenants";

  private final TenantLife life;
  private final Tenants tenants;
  private final Idempotency idempotency;
  private final MergePatch patches;
  private final Supplier<UUID> ids;
  private final InstantSource clock;
  private final Runnable nudge;
  private final String defaultStrategy;

  /**
   * @param nudge says that the outbox has something
   * @param defaultStrategy of a tenant that names none
   */
  public TenantController(TenantLife life, Tenants tenants, Idempotency idempotency, MergePatch patches,
      Supplier<UUID> ids, InstantSource clock, Runnable nudge, String defaultStrategy) {
    this.life = life;
    this.tenants = tenants;
    this.idempotency = idempotency;
    this.patches = patches;
    this.ids = ids;
    this.clock = clock;
    this.nudge = nudge;
    this.defaultStrategy = defaultStrategy;
  }

  @PostMapping
  Mono<ResponseEntity<Object>> create(Operator operator,
      @RequestHeader(name = Idempotency.HEADER, required = false) @Nullable String idempotencyKey,
      @Valid @RequestBody TenantBody body) {
    var work = life.create(body.toTenant(ids.get(), clock.instant(), defaultStrategy)).map(TenantController::created);
    return idempotency.inTransaction(operator.credentialId(), CREATE, idempotencyKey, body, work)
        .map(IdempotentReply::toResponse);
  }

  @GetMapping
  Mono<PageBody<TenantView>> list(
      @RequestParam(required = false) @Nullable @Pattern(regexp = "active|disabled", message = "must be active or disabled") String status,
      @RequestParam(defaultValue = "1") @Min(1) @Max(1_000_000) int page,
      @RequestParam(name = "page_size", defaultValue = "20") @Min(1) @Max(PageBody.MAX_SIZE) int pageSize) {
    return tenants.list(status, page, pageSize)
        .map(it -> PageBody.of(it.items().stream().map(TenantView::of).toList(), it.total(), page, pageSize));
  }

  @GetMapping("/{id}")
  Mono<TenantView> get(@PathVariable UUID id) {
    return life.find(id).map(TenantView::of);
  }

  @PatchMapping("/{id}")
  Mono<TenantView> patch(@PathVariable UUID id, @RequestBody JsonNode patch) {
    return life.find(id).flatMap(before -> {
      var wanted = patches.apply(TenantBody.of(before), patch, TenantBody.class);
      return life.change(wanted.toTenant(id, before.createdAt(), defaultStrategy));
    }).map(TenantView::of);
  }

  @PostMapping("/{id}/disable")
  Mono<TenantView> disable(@PathVariable UUID id, @Valid @RequestBody(required = false) @Nullable DisableBody body) {
    return life.disable(id, body == null ? null : body.reason()).map(TenantView::of);
  }

  @PostMapping("/{id}/enable")
  Mono<TenantView> enable(@PathVariable UUID id) {
    return life.enable(id).map(TenantView::of);
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.ACCEPTED)
  Mono<Void> delete(TraceContext trace, @PathVariable UUID id) {
    return life.delete(id, trace).doOnSuccess(done -> nudge.run());
  }

  private static IdempotentReply created(TenantLife.Created created) {
    var tenant = TenantView.of(created.tenant());
    var key = created.initialKey();
    return new IdempotentReply(HttpStatus.CREATED.value(),
        new CreatedTenantView(tenant, key.secret().text(), key.key().id()),
        new CreatedTenantView(tenant, null, key.key().id()), tenant.id());
  }
}
