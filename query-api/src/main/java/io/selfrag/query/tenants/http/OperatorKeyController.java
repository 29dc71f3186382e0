package io.selfrag.query.tenants.http;

import io.selfrag.query.tenants.KeyRing;
import io.selfrag.query.tenants.TenantLife;
import io.selfrag.service.http.Idempotency;
import io.selfrag.service.http.IdempotentReply;
import io.selfrag.service.http.Operator;
import jakarta.validation.Valid;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The operator's side of API keys. */
@RestController
public final class OperatorKeyController {
  private final TenantLife tenants;
  private final KeyRing keys;
  private final KeyAnswers answers;
  private final Idempotency idempotency;

  public OperatorKeyController(TenantLife tenants, KeyRing keys, Idempotency idempotency) {
    this.tenants = tenants;
    this.keys = keys;
    this.answers = new KeyAnswers(keys);
    this.idempotency = idempotency;
  }

  @PostMapping("/admin/tenants/{tenantId}/api-keys")
  Mono<ResponseEntity<Object>> create(Operator operator, @PathVariable UUID tenantId,
      @RequestHeader(name = Idempotency.HEADER, required = false) @Nullable String idempotencyKey,
      @Valid @RequestBody KeyBody body) {
    var work = tenants.find(tenantId).then(keys.issue(tenantId, body.toDraft(), null)).map(answers::created);
    return idempotency.inTransaction(operator.credentialId(), "POST /admin/tenants/" + tenantId + "/api-keys",
        idempotencyKey, body, work).map(IdempotentReply::toResponse);
  }

  @GetMapping("/admin/tenants/{tenantId}/api-keys")
  Mono<List<KeyView>> list(@PathVariable UUID tenantId) {
    return tenants.find(tenantId).thenMany(keys.ofTenant(tenantId)).map(answers::view).collectList();
  }

  @DeleteMapping("/admin/tenants/{tenantId}/api-keys/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> delete(@PathVariable UUID tenantId, @PathVariable UUID id) {
    return tenants.find(tenantId).then(keys.delete(tenantId, id));
  }

  @PostMapping("/admin/api-keys/{id}/rotate")
  Mono<IssuedKeyView> rotate(@PathVariable UUID id, @Valid @RequestBody(required = false) @Nullable RotateBody body) {
    return keys.rotate(null, id, RotateBody.grace(body), null).map(answers::view);
  }

  @PostMapping("/admin/api-keys/{id}/revoke")
  Mono<KeyView> revoke(@PathVariable UUID id) {
    return keys.revoke(null, id).map(answers::view);
  }
}
