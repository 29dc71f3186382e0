package io.selfrag.query.tenants.http;

import io.selfrag.query.tenants.KeyRing;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.Idempotency;
import io.selfrag.service.http.IdempotentReply;
import io.selfrag.service.http.MergePatch;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import jakarta.validation.Valid;
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
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** A tenant's administrator's side of API keys. */
@RestController
@RequestMapping("/v1/api-keys")
@RequiresRole(Role.ADMIN)
public final class TenantKeyController {
  private static final String CREATE = "POST /v1/api-keys";

  private final KeyRing keys;
  private final KeyAnswers answers;
  private final Idempotency idempotency;
  private final MergePatch patches;

  public TenantKeyController(KeyRing keys, Idempotency idempotency, MergePatch patches) {
    this.keys = keys;
    this.answers = new KeyAnswers(keys);
    this.idempotency = idempotency;
    this.patches = patches;
  }

  @PostMapping
  Mono<ResponseEntity<Object>> create(Caller caller,
      @RequestHeader(name = Idempotency.HEADER, required = false) @Nullable String idempotencyKey,
      @Valid @RequestBody KeyBody body) {
    var work = keys.issue(caller.tenantId(), body.toDraft(), caller.scopeKnowledgeBaseIds()).map(answers::created);
    return idempotency.inTransaction(caller.keyId(), CREATE, idempotencyKey, body, work)
        .map(IdempotentReply::toResponse);
  }

  @GetMapping
  Mono<List<KeyView>> list(Caller caller) {
    return keys.ofTenant(caller.tenantId()).map(answers::view).collectList();
  }

  @GetMapping("/{id}")
  Mono<KeyView> get(Caller caller, @PathVariable UUID id) {
    return keys.find(caller.tenantId(), id).map(answers::view);
  }

  @PatchMapping("/{id}")
  Mono<KeyView> patch(Caller caller, @PathVariable UUID id, @RequestBody JsonNode patch) {
    return keys.find(caller.tenantId(), id).flatMap(before -> {
      var wanted = patches.apply(KeyBody.of(keys.draftOf(before)), patch, KeyBody.class);
      return keys.change(before, wanted.toDraft(), caller.scopeKnowledgeBaseIds());
    }).map(answers::view);
  }

  @PostMapping("/{id}/revoke")
  Mono<KeyView> revoke(Caller caller, @PathVariable UUID id) {
    return keys.revoke(caller.tenantId(), id).map(answers::view);
  }

  @PostMapping("/{id}/rotate")
  Mono<IssuedKeyView> rotate(Caller caller, @PathVariable UUID id,
      @Valid @RequestBody(required = false) @Nullable RotateBody body) {
    return keys.rotate(caller.tenantId(), id, RotateBody.grace(body), caller.scopeKnowledgeBaseIds())
        .map(answers::view);
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> delete(Caller caller, @PathVariable UUID id) {
    return keys.delete(caller.tenantId(), id);
  }
}
